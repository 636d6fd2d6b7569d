import { t } from "../../i18n";
import { amountOf, amountWords, isUnknown, type Measure, type Stretch } from "./words";

/** Units of the drawing: it is stretched to the room there is. */
const WIDTH = 10;
const HEIGHT = 100;
/** How high what is not known is drawn, and at least what is. */
const UNKNOWN = 6;
const LEAST = 1.5;

/** A bar for each day or month. What it shows is also in the table, so for speech it is one sentence. */
export function DayPicture({ bars, measure }: { bars: Stretch[]; measure: Measure }) {
  const most = Math.max(...bars.map(({ spent }) => amountOf(spent, measure)));
  const top = bars.find(({ spent }) => most > 0 && amountOf(spent, measure) === most);
  const first = bars[0]?.words ?? "";
  const last = bars.at(-1)?.words ?? "";
  const name = top
    ? t("From {first} to {last}; most on {top}: {amount}.", {
        first,
        last,
        top: top.words,
        amount: amountWords(top.spent, measure),
      })
    : t("From {first} to {last}.", { first, last });
  return (
    <figure className="use-days">
      <div className="use-axis num" aria-hidden="true">
        {top ? amountWords(top.spent, measure) : ""}
      </div>
      <svg
        role="img"
        aria-label={name}
        viewBox={`0 0 ${Math.max(bars.length, 7) * WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="use-bars"
      >
        {bars.map((bar, at) => (
          <Bar key={bar.id} bar={bar} at={at} most={most} measure={measure} />
        ))}
      </svg>
      <figcaption className="use-axis num" aria-hidden="true">
        <span>{first}</span>
        <span>{last}</span>
      </figcaption>
    </figure>
  );
}

function Bar({ bar, at, most, measure }: { bar: Stretch; at: number; most: number; measure: Measure }) {
  const amount = amountOf(bar.spent, measure);
  // Room above the highest one for what is not known.
  const height = amount > 0 ? Math.max(LEAST, (amount / most) * (HEIGHT - UNKNOWN)) : 0;
  const unknown = isUnknown(bar.spent, measure) ? UNKNOWN : 0;
  const place = { x: at * WIDTH + 1, width: WIDTH - 2 };
  return (
    <g>
      <title>{`${bar.words}: ${amountWords(bar.spent, measure)}`}</title>
      <rect className="use-room" {...place} y={0} height={HEIGHT} />
      <rect className="use-bar" {...place} y={HEIGHT - height} height={height} />
      {unknown > 0 && <rect className="use-unknown" {...place} y={HEIGHT - height - unknown} height={unknown} />}
    </g>
  );
}

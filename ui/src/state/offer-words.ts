// Why the background is suggested, how long something takes, and how good that was said: all words of it. Pure.
import { t } from "../i18n";
import type { Admission, Calibration, Forecast, Shape, Sign, Task } from "../ipc/types";

/** The kinds of work that takes long, as they are told apart. */
export const shapes: readonly Shape[] = ["document", "sources", "research", "verification", "maintenance", "release"];

/** `3–5 min`: whole minutes or hours; below two minutes, steps of five seconds. */
export function rangeWords(range: Range): string {
  const { isFromNothing, time } = wholeSteps(range);
  return isFromNothing ? t("up to {time}", { time }) : time;
}

type Range = Pick<Forecast, "low_ms" | "high_ms">;

/** `3–5 min`, or from nothing `5 min`, which is at most that. */
function wholeSteps({ low_ms, high_ms }: Range): { isFromNothing: boolean; time: string } {
  const [step, each, unit] =
    high_ms < 120_000 ? [5_000, 5, "s"] : high_ms < 5_400_000 ? [60_000, 1, "min"] : [3_600_000, 1, "h"];
  const low = Math.floor(low_ms / step) * each;
  const high = Math.max(1, Math.ceil(high_ms / step)) * each;
  return { isFromNothing: low === 0, time: low === 0 ? `${high} ${unit}` : `${low}–${high} ${unit}` };
}

/** What is said before a long prompt is sent: why, and how long. `who` is `on this model` or `with General`. */
export function offerWords({ signs, forecast }: Admission, who: string): string {
  const time = forecast
    ? t("It usually takes {time} {who}.", { time: rangeWords(forecast), who })
    : t("No history yet of how long that takes {who}.", { who });
  return [...signs.map(reason), time].join(" ");
}

/** What is said beside an answer that streams and takes a while. */
export function whileStreaming({ forecast }: Pick<Task, "forecast">, workedMs: number): string {
  const way = t("Continue in background if you like.");
  if (!forecast || workedMs > forecast.high_ms) return `${t("This takes longer than usual.")} ${way}`;
  return `${t("Usually takes {time}.", { time: rangeWords(forecast) })} ${way}`;
}

/** The same where nothing was forecast, once. */
export function longAnswer(keys: string): string {
  return t("This may take a while. Continue in background ({keys}) and we will tell you.", { keys });
}

/** `about 2–4 min left` of a running task; `null` without a forecast. Past it there is nothing to count down any more. */
export function leftWords({ forecast }: Pick<Task, "forecast">, workedMs: number): string | null {
  if (!forecast) return null;
  if (workedMs > forecast.high_ms) return t("longer than usual");
  const left = { low_ms: Math.max(0, forecast.low_ms - workedMs), high_ms: forecast.high_ms - workedMs };
  const { isFromNothing, time } = wholeSteps(left);
  return isFromNothing ? t("up to {time} left", { time }) : t("about {time} left", { time });
}

/** What is said of a task that goes on without its user; `null` where nothing can be said of its kind. */
export function goneWords(task: Task, wasSentAway: boolean): string | null {
  if (task.forecast) return t("Usually {time}.", { time: rangeWords(task.forecast) });
  const isOfItsOwn = task.in_batch || task.progress?.unit === "parts" || task.retry_of !== null;
  return wasSentAway && !isOfItsOwn ? t("No forecast yet: it is among the first of its kind.") : null;
}

/** A kind of work, as the settings name it, and what is one. */
export function shapeWords(shape: Shape): { name: string; hint: string; not: string } {
  switch (shape) {
    case "document":
      return {
        name: t("Long documents"),
        hint: t("About twenty pages and more."),
        not: t("Not for documents like this"),
      };
    case "sources":
      return {
        name: t("Several sources"),
        hint: t("Files, studies or tenders to be read together."),
        not: t("Not for several sources"),
      };
    case "research":
      return { name: t("Research"), hint: t("A question that has to be looked into."), not: t("Not for research") };
    case "verification":
      return { name: t("Checking"), hint: t("Each claim, number or link of something."), not: t("Not for checking") };
    case "maintenance":
      return {
        name: t("Upkeep"),
        hint: t("Many things changed alike, or something done until it holds."),
        not: t("Not for upkeep"),
      };
    case "release":
      return {
        name: t("Releases"),
        hint: t("All that is done before something is released."),
        not: t("Not for releases"),
      };
    default:
      return unknown(shape);
  }
}

/** `8 of 10 forecasts were right`; `null` before there was one. */
export function scoreWords({ right, of }: Pick<Calibration, "right" | "of">): string | null {
  if (of === 0) return null;
  if (of === 1) return right === 1 ? t("The one forecast was right") : t("The one forecast was wrong");
  return t("{right} of {n} forecasts were right", { right, n: of });
}

function reason({ shape, count }: Sign): string {
  switch (shape) {
    case "document":
      if (count === null) return t("This reads about many pages.");
      return t("This reads about {n, plural, one {# page} other {# pages}}.", { n: count });
    case "sources":
      return count === null ? t("This reads several sources.") : t("This reads {n} files.", { n: count });
    case "research":
      return t("This is research.");
    case "verification":
      return t("There is much to check.");
    case "maintenance":
      return t("There is much to change.");
    case "release":
      return t("All that a release needs is to be done.");
    default:
      return unknown(shape).name;
  }
}

function unknown(shape: never): { name: string; hint: string; not: string } {
  return { name: String(shape), hint: "", not: t("Not for {shape}", { shape }) };
}

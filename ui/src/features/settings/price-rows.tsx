import { useRef, useState } from "react";
import { IconButton } from "../../components/button";
import { TextField } from "../../components/field";
import type { Model, Price, Settings } from "../../ipc/types";
import { priceWords } from "../../providers/model-words";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { ModelChoice } from "./model-choice";
import { Row } from "./section";

/** What models cost, where the user knows better than their servers and what was published. */
export function PriceRows({ settings }: { settings: Settings }) {
  const list = useStore((state) => state.models);
  // Chosen just now, and without a price until it is typed: an unknown price is unknown, never zero.
  const [added, setAdded] = useState<string[]>([]);
  const own = Object.keys(settings.prices);
  const models = [...own, ...added.filter((model) => !own.includes(model))];
  const card = useRef<HTMLDivElement>(null);
  // The row that the next closing of the list is about.
  const wanted = useRef<string | null>(null);
  const toFirstField = () => {
    const row = wanted.current === null ? -1 : models.indexOf(wanted.current);
    wanted.current = null;
    const field = card.current?.querySelectorAll<HTMLElement>(".set-prices")[row]?.querySelector("input");
    field?.focus();
    return field !== null && field !== undefined;
  };
  const remove = (model: string) => {
    const { [model]: _, ...rest } = settings.prices;
    setAdded(added.filter((one) => one !== model));
    if (own.includes(model)) void actions.saveSettings({ prices: rest });
    // Its row goes, and the focus with it.
    card.current?.querySelector<HTMLElement>(".set-choice")?.focus();
  };
  return (
    <div className="set-card" ref={card}>
      {models.map((model) => (
        <PriceRow
          key={model}
          model={model}
          price={settings.prices[model] ?? null}
          listed={listedWords(
            list?.models.find(({ id }) => id === model),
            list?.published_on,
          )}
          onChange={(price) => void actions.saveSettings({ prices: { ...settings.prices, [model]: price } })}
          onRemove={() => remove(model)}
        />
      ))}
      <Row
        label="A price of your own"
        hint="In dollars for a million tokens. It counts for caps and receipts, before what a server says and what was published."
      >
        <ModelChoice
          label="A price of your own"
          chosen={null}
          words="Choose a model"
          onChoose={(model) => {
            if (model === null) return;
            wanted.current = model;
            setAdded([...added.filter((one) => one !== model), model]);
          }}
          onClosed={toFirstField}
        />
      </Row>
    </div>
  );
}

/** What others say it costs. */
function listedWords(model: Model | undefined, publishedOn = ""): string {
  if (!model?.listed_price) return "Otherwise its price is unknown.";
  const words = priceWords(model.listed_price);
  return model.listed_source === "server" ? `Its server says ${words}.` : `Published on ${publishedOn}: ${words}.`;
}

interface PriceRowProps {
  model: string;
  price: Price | null;
  listed: string;
  onChange: (price: Price) => void;
  onRemove: () => void;
}

function PriceRow({ model, price, listed, onChange, onRemove }: PriceRowProps) {
  const [typed, setTyped] = useState({
    input: text(price?.input),
    cached: text(price?.cached),
    output: text(price?.output),
  });
  const [isWrong, setWrong] = useState(false);
  const keep = () => {
    const [input, cached, output] = [amount(typed.input), amount(typed.cached), amount(typed.output)];
    const isWhole = typeof input === "number" && typeof output === "number" && cached !== undefined;
    setWrong(!isWhole);
    if (isWhole) onChange({ input, cached, output });
  };
  const field = (name: keyof typeof typed, label: string, placeholder: string) => (
    <TextField
      label={label}
      aria-label={`${label}, of ${model}`}
      inputMode="decimal"
      className="set-price"
      placeholder={placeholder}
      value={typed[name]}
      onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
      onKeyDown={(event) => event.key === "Enter" && keep()}
    />
  );
  return (
    <div className="set-row set-prices">
      <div className="grow">
        <div className="set-row-label">{model}</div>
        <div className="meta num">{listed}</div>
        {isWrong && (
          <div className="meta set-bad" role="alert">
            Not kept yet: what it costs to read and to write, in dollars, such as 2.50.
          </div>
        )}
      </div>
      {/* Judged when the hand leaves all of them. */}
      <fieldset
        className="set-price-fields"
        aria-label={`Price of ${model}`}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && keep()}
      >
        {field("input", "Read", "2.50")}
        {field("cached", "Cached", "as read")}
        {field("output", "Written", "10")}
        <IconButton light icon="x" label={`No price of your own for ${model}`} onClick={onRemove} />
      </fieldset>
    </div>
  );
}

const text = (usd: number | null | undefined) => (usd === null || usd === undefined ? "" : String(usd));

/** Dollars; `null` for nothing typed, `undefined` for what is no amount. */
function amount(typed: string): number | null | undefined {
  const plain = typed.trim().replace(",", ".").replace(/^\$/, "");
  if (plain === "") return null;
  const usd = Number(plain);
  return Number.isFinite(usd) && usd >= 0 && usd <= 1e6 ? usd : undefined;
}

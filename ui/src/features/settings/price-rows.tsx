import { useId, useRef, useState } from "react";
import { IconButton } from "../../components/button";
import { TextField } from "../../components/field";
import { t } from "../../i18n";
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
        label={t("A price of your own")}
        hint={t(
          "In dollars for a million tokens. It counts for caps and receipts, before what a server says and what was published.",
        )}
      >
        <ModelChoice
          label={t("A price of your own")}
          chosen={null}
          words={t("Choose a model")}
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
  if (!model?.listed_price) return t("Otherwise its price is unknown.");
  const price = priceWords(model.listed_price);
  return model.listed_source === "server"
    ? t("Its server says {price}.", { price })
    : t("Published on {date}: {price}.", { date: publishedOn, price });
}

interface PriceRowProps {
  model: string;
  price: Price | null;
  listed: string;
  onChange: (price: Price) => void;
  onRemove: () => void;
}

function PriceRow({ model, price, listed, onChange, onRemove }: PriceRowProps) {
  const problemId = useId();
  const [typed, setTyped] = useState({
    input: text(price?.input),
    cached: text(price?.cached),
    output: text(price?.output),
  });
  const [judged, setJudged] = useState<"nothing" | "amounts" | "all">("nothing");
  // What was typed here and given away to be stored.
  const [given, setGiven] = useState<Price | null>(null);
  const whole = priceOf(typed);
  const problem = judged === "nothing" ? null : problemOf(typed, judged === "all");
  const isSaved = given !== null && isSame(given, price) && isSame(given, whole);
  const keep = () => {
    setJudged("all");
    if (whole === null || isSame(whole, price)) return;
    setGiven(whole);
    onChange(whole);
  };
  const field = (name: keyof Typed, label: string, spoken: string, placeholder: string) => {
    const isWrong = problem !== null && amount(typed[name]) === undefined;
    return (
      <TextField
        label={label}
        aria-label={spoken}
        aria-invalid={isWrong || undefined}
        aria-describedby={isWrong ? problemId : undefined}
        inputMode="decimal"
        className="set-price"
        placeholder={placeholder}
        value={typed[name]}
        onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
        onBlur={() => setJudged((before) => (before === "nothing" ? "amounts" : before))}
        onKeyDown={(event) => event.key === "Enter" && keep()}
      />
    );
  };
  return (
    <div className="set-row set-prices">
      <div className="grow">
        <div className="set-row-label">{model}</div>
        <div className="meta num">{listed}</div>
        {problem !== null && (
          <div id={problemId} className="meta set-bad" role="alert">
            {problem}
          </div>
        )}
        <div className="meta" role="status">
          {isSaved && t("Saved")}
        </div>
      </div>
      {/* What is missing is said when the hand leaves all of them. */}
      <fieldset
        className="set-price-fields"
        aria-label={t("Price of {model}", { model })}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && keep()}
      >
        {field("input", t("Read ~tokens"), t("Read, of {model}", { model }), "2.50")}
        {field("cached", t("Cached"), t("Cached, of {model}", { model }), t("as read"))}
        {field("output", t("Written"), t("Written, of {model}", { model }), "10")}
        <IconButton light icon="x" label={t("No price of your own for {model}", { model })} onClick={onRemove} />
      </fieldset>
    </div>
  );
}

/** As it stands in the three fields. */
type Typed = Record<keyof Price, string>;

/** What they say; `null` while that is no whole price. */
function priceOf(typed: Typed): Price | null {
  const [input, cached, output] = [amount(typed.input), amount(typed.cached), amount(typed.output)];
  return typeof input === "number" && typeof output === "number" && cached !== undefined
    ? { input, cached, output }
    : null;
}

/** Why it is not kept; `null` when it is, or when something may still come. */
function problemOf(typed: Typed, isAll: boolean): string | null {
  const wrong = [typed.input, typed.cached, typed.output].find((one) => amount(one) === undefined);
  if (wrong !== undefined)
    return t('Not kept yet: "{typed}" is no amount. Write dollars, such as 2.50.', { typed: wrong.trim() });
  if (!isAll || priceOf(typed) !== null) return null;
  return t("Not kept yet: what it costs to read and to write, in dollars, such as 2.50.");
}

const isSame = (a: Price, b: Price | null) => a.input === b?.input && a.cached === b.cached && a.output === b.output;

const text = (usd: number | null | undefined) => (usd === null || usd === undefined ? "" : String(usd));

/** Dollars; `null` for nothing typed, `undefined` for what is no amount. */
function amount(typed: string): number | null | undefined {
  const plain = typed.trim().replace(",", ".").replace(/^\$/, "");
  if (plain === "") return null;
  const usd = Number(plain);
  return Number.isFinite(usd) && usd >= 0 && usd <= 1e6 ? usd : undefined;
}

import type { IconName } from "../components/icon";
import { locale, t } from "../i18n";
import type { Model, Price } from "../ipc/types";

/** `128k`, `1M`: thousands, counted as the model's makers do. */
export function contextWords(tokens: number): string {
  if (tokens < 1_000) return String(tokens);
  const is2 = tokens % 1_000 !== 0 && tokens % 1_024 === 0;
  const thousands = is2 ? tokens / 1_024 : tokens / 1_000;
  const millions = thousands / (is2 ? 1_024 : 1_000);
  return millions >= 1 ? `${trimmed(millions, 1)}M` : `${Math.round(thousands)}k`;
}

/** `$2.50`, `$10`, `$0.075`. */
export function usd(amount: number): string {
  const digits = Number.isInteger(amount) ? 0 : 2;
  return `$${amount.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: 4 })}`;
}

/** `$2.50 / $10 per million`: read and written. */
export function priceWords(price: Price): string {
  if (price.input === 0 && price.output === 0) return t("free");
  return t("{input} / {output} per million", { input: usd(price.input), output: usd(price.output) });
}

/** What it is known to be able to do, each with the sentence for its icon. */
export function abilitiesOf(model: Model): { icon: IconName; word: string; sentence: string }[] {
  const all: [boolean, IconName, string, string][] = [
    [model.images === true, "image", t("images"), t("Looks at pictures")],
    [model.tools === true, "wrench", t("tools"), t("Can use tools")],
    [model.reasoning === true, "brain", t("reasoning"), t("Can think before it answers")],
    [
      model.resumes,
      "mean",
      t("resumes"),
      t("In the background it goes on at the provider, also while this computer sleeps"),
    ],
  ];
  return all.flatMap(([has, icon, word, sentence]) => (has ? [{ icon, word, sentence }] : []));
}

/** All of it in one line, for speech. */
export function spoken(model: Model, isFavourite: boolean): string {
  const facts = [
    model.name,
    model.provider,
    model.context !== null && t("{n} tokens", { n: contextWords(model.context) }),
    model.price && priceWords(model.price),
    ...abilitiesOf(model).map(({ word }) => word),
    isFavourite && t("favourite"),
  ];
  return facts.filter(Boolean).join(", ");
}

function trimmed(amount: number, digits: number): string {
  return Number(amount.toFixed(digits)).toLocaleString(locale, { useGrouping: false });
}

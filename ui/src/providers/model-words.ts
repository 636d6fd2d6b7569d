import type { IconName } from "../components/icon";
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
  return `$${amount.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: 4 })}`;
}

/** `$2.50 / $10 per million`: read and written. */
export function priceWords(price: Price): string {
  if (price.input === 0 && price.output === 0) return "free";
  return `${usd(price.input)} / ${usd(price.output)} per million`;
}

/** What it is known to be able to do, each with the sentence for its icon. */
export function abilitiesOf(model: Model): { icon: IconName; word: string; sentence: string }[] {
  const all: [boolean, IconName, string, string][] = [
    [model.images === true, "image", "images", "Looks at pictures"],
    [model.tools === true, "wrench", "tools", "Can use tools"],
    [model.reasoning === true, "brain", "reasoning", "Can think before it answers"],
    [model.resumes, "mean", "resumes", "In the background it goes on at the provider, also while this computer sleeps"],
  ];
  return all.flatMap(([has, icon, word, sentence]) => (has ? [{ icon, word, sentence }] : []));
}

/** All of it in one line, for speech. */
export function spoken(model: Model, isFavourite: boolean): string {
  const facts = [
    model.name,
    model.provider,
    model.context !== null && `${contextWords(model.context)} tokens`,
    model.price && priceWords(model.price),
    ...abilitiesOf(model).map(({ word }) => word),
    isFavourite && "favourite",
  ];
  return facts.filter(Boolean).join(", ");
}

function trimmed(amount: number, digits: number): string {
  return String(Number(amount.toFixed(digits)));
}

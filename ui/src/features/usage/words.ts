// How what was used is said and drawn. Pure.
import { grouped } from "../../components/counted";
import { locale, t } from "../../i18n";
import type { DaySpent, Spent } from "../../ipc/types";
import { money } from "../../state/task-words";

export type Measure = "money" | "tokens";

/** `$1.20`, `$1.20 + unknown`, `unknown`: what nobody knows is not taken for nothing. */
export function costWords({ cost_usd, unpriced, requests }: Spent): string {
  if (requests === 0) return t("nothing");
  if (cost_usd === null) return t("unknown");
  return unpriced > 0 ? t("{cost} + unknown", { cost: money(cost_usd) }) : money(cost_usd);
}

/** `about 1 204`. */
export function tokenWords(count: number, { estimated }: Spent): string {
  return estimated ? t("about {n, number}", { n: count }) : grouped(count);
}

/** `$1.20`, or `1 204 tokens` read and written. */
export function amountWords(spent: Spent, measure: Measure): string {
  if (measure === "money") return costWords(spent);
  return spent.requests === 0 ? t("nothing") : t("{n} tokens", { n: tokenWords(amountOf(spent, "tokens"), spent) });
}

/** What is drawn as long as this: dollars, or tokens. */
export function amountOf(spent: Spent, measure: Measure): number {
  return measure === "money" ? (spent.cost_usd ?? 0) : spent.input_tokens + spent.output_tokens;
}

/** Something was used, and nobody knows what it cost. */
export function isUnknown(spent: Spent, measure: Measure): boolean {
  return measure === "money" && spent.unpriced > 0;
}

/** A bar: a day, or a month where there are many. */
export interface Stretch {
  id: string;
  words: string;
  spent: Spent;
}

/** More days than can be told apart side by side. */
const MOST_DAYS = 92;

/** Each day, or each month where there are many days. */
export function stretches(days: DaySpent[]): Stretch[] {
  if (days.length <= MOST_DAYS) return days.map(({ date, spent }) => ({ id: date, words: dayWords(date), spent }));
  const months = new Map<string, Stretch>();
  for (const { date, spent } of days) {
    const id = date.slice(0, 7);
    const before = months.get(id);
    months.set(id, { id, words: monthWords(id), spent: before ? together(before.spent, spent) : spent });
  }
  return [...months.values()];
}

function together(one: Spent, other: Spent): Spent {
  const isKnown = one.cost_usd !== null || other.cost_usd !== null;
  return {
    requests: one.requests + other.requests,
    input_tokens: one.input_tokens + other.input_tokens,
    output_tokens: one.output_tokens + other.output_tokens,
    cost_usd: isKnown ? (one.cost_usd ?? 0) + (other.cost_usd ?? 0) : null,
    unpriced: one.unpriced + other.unpriced,
    estimated: one.estimated || other.estimated,
  };
}

// A date is one of the calendar and has no zone: it is read and written in the same one.
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });

function dayWords(date: string): string {
  return day.format(new Date(`${date}T00:00:00Z`));
}

function monthWords(id: string): string {
  return month.format(new Date(`${id}-01T00:00:00Z`));
}

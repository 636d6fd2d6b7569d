// What everything together may use in a day. Pure.
import { t } from "../i18n";
import type { DayLimit } from "../ipc/types";
import { budgetWords } from "./budget";

export const noLimit: DayLimit = { usd: null, tokens: null, more: null };

/** `Allow $5.00 more today`: what the button under a task says that waits for the limit of the day. */
export function moreLabel({ usd, tokens }: DayLimit): string {
  const isOne = (usd === null) !== (tokens === null);
  if (!isOne) return t("Allow as much again today");
  return t("Allow {amount} more today", { amount: budgetWords({ usd, tokens, seconds: null }) });
}

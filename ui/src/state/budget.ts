// What a task may use before its user is asked. Pure.
import { grouped } from "../components/counted";
import { duration } from "../components/time";
import type { Budget, Task } from "../ipc/types";
import { money, workedMs } from "./task-words";

/** As much as it takes. */
export const noBudget: Budget = { usd: null, tokens: null, seconds: null };

/** The same amount once more, of each part that is limited, beyond what was used: a provider may have overshot. */
export function raised(task: Task & { budget: Budget }, now: number): Budget {
  const { budget, usage } = task;
  const more = (cap: number | null, used: number | null) => (cap === null ? null : Math.max(cap, used ?? 0) + cap);
  return {
    usd: more(budget.usd, usage.cost_usd),
    tokens: more(budget.tokens, usage.output_tokens),
    seconds: more(budget.seconds, Math.ceil((workedMs(task, now) ?? 0) / 1_000)),
  };
}

/** `Add $0.05`: what the button under a task says that reached its cap. */
export function addLabel(budget: Budget): string {
  const parts = budgetParts(budget);
  return parts.length === 1 ? `Add ${parts[0]}` : "Add as much again";
}

/** `$0.05, 2 000 tokens`; empty when nothing is limited. */
export function budgetWords(budget: Budget): string {
  return budgetParts(budget).join(", ");
}

/** True when a larger cap would let it go on: not when dollars cannot be counted at all. */
export function canAdd(task: Task): task is Task & { budget: Budget } {
  return task.reason === "budget" && task.budget !== null && task.error?.message.startsWith("Its cap") === true;
}

function budgetParts({ usd, tokens, seconds }: Budget): string[] {
  const parts: string[] = [];
  if (usd !== null) parts.push(money(usd));
  if (tokens !== null) parts.push(`${grouped(tokens)} tokens`);
  if (seconds !== null) parts.push(duration(seconds * 1_000));
  return parts;
}

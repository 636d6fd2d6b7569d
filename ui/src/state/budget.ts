// What a task may use before its user is asked. Pure.
import { grouped } from "../components/counted";
import { duration } from "../components/time";
import type { Budget, Task } from "../ipc/types";
import { money } from "./task-words";

/** The same amount once more, of each part that is limited. */
export function doubled(budget: Budget): Budget {
  const twice = (amount: number | null) => (amount === null ? null : amount * 2);
  return { usd: twice(budget.usd), tokens: twice(budget.tokens), seconds: twice(budget.seconds) };
}

/** `Add $0.05`: what the button under a task says that reached its cap. */
export function addLabel(budget: Budget): string {
  const parts = budgetParts(budget);
  return parts.length === 1 ? `Add ${parts[0]}` : "Double its caps";
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

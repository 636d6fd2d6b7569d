// What a task may use before its user is asked. Pure.
import { grouped } from "../components/counted";
import { duration } from "../components/time";
import { t } from "../i18n";
import type { Budget, Task } from "../ipc/types";
import { money, workedMs } from "./task-words";

/** Steps of an agent before its user is asked, when no cap says otherwise. */
export const USUAL_STEPS = 100;

/** Files that an agent changes before its user is asked, when no cap says otherwise. */
export const USUAL_FILES = 200;

/** As much as it takes. */
export const noBudget: Budget = { usd: null, tokens: null, seconds: null };

/** The same amount once more, of each part that is limited, beyond what was used: a provider may have overshot. */
export function raised(task: Task, now: number): Budget {
  const { usage } = task;
  const budget = capOf(task);
  const more = (cap: number | null, used: number | null) => (cap === null ? null : Math.max(cap, used ?? 0) + cap);
  return {
    usd: more(budget.usd, usage.cost_usd),
    tokens: more(budget.tokens, usage.output_tokens),
    seconds: more(budget.seconds, Math.ceil((workedMs(task, now) ?? 0) / 1_000)),
    ...(budget.steps != null && { steps: budget.steps * 2 }),
    ...(budget.files != null && { files: budget.files * 2 }),
  };
}

/** What limits it now: of an agent without a cap of its own the usual number of steps or files, once that is reached. */
export function capOf({ budget, agent, error }: Task): Budget {
  const cap = budget ?? noBudget;
  const [, what] = /^Its cap of .* (steps|files) is reached/.exec(error?.message ?? "") ?? [];
  if (agent !== null && what === "steps") return { ...cap, steps: cap.steps ?? USUAL_STEPS };
  if (agent !== null && what === "files") return { ...cap, files: cap.files ?? USUAL_FILES };
  return cap;
}

/** Which part of its cap stopped a task, or could not be kept; `null` when none did. */
export function reachedCap({ reason, error }: Pick<Task, "reason" | "error">): keyof Budget | null {
  if (reason !== "budget") return null;
  if (error?.message.startsWith("The price of this model is not known")) return "usd";
  const [, amount] = /^Its cap of (.+?) (?:is reached|leaves less)/.exec(error?.message ?? "") ?? [];
  if (amount === undefined) return null;
  if (amount.startsWith("$")) return "usd";
  if (amount.endsWith("tokens")) return "tokens";
  if (amount.endsWith("steps")) return "steps";
  return amount.endsWith("files") ? "files" : "seconds";
}

/** `Add $0.05`: what the button under a task says that reached its cap. */
export function addLabel(budget: Budget): string {
  const [amount, ...others] = budgetParts(budget);
  return amount !== undefined && others.length === 0 ? t("Add {amount}", { amount }) : t("Add as much again");
}

/** `$0.05, 2 000 tokens`; empty when nothing is limited. */
export function budgetWords(budget: Budget): string {
  return budgetParts(budget).join(", ");
}

/** The same of a task: an agent has a cap in steps also when nobody set one. */
export function limitWords({ budget, agent }: Task): string {
  const cap = budget ?? noBudget;
  return budgetWords(agent === null ? cap : { ...cap, steps: cap.steps ?? USUAL_STEPS });
}

/** True when a larger cap would let it go on: not when dollars cannot be counted at all. */
export function canAdd(task: Task): boolean {
  return (
    task.reason === "budget" && budgetWords(capOf(task)) !== "" && task.error?.message.startsWith("Its cap") === true
  );
}

function budgetParts({ usd, tokens, seconds, steps = null, files = null }: Budget): string[] {
  const parts: string[] = [];
  if (usd !== null) parts.push(money(usd));
  if (tokens !== null) parts.push(t("{n} tokens", { n: grouped(tokens) }));
  if (seconds !== null) parts.push(duration(seconds * 1_000));
  if (steps !== null) parts.push(t("{n, plural, one {# step} other {# steps}}", { n: steps }));
  if (files !== null) parts.push(t("{n, plural, one {# file} other {# files}}", { n: files }));
  return parts;
}

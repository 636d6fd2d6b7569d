// What only the chat says about a task. Pure.

import { duration } from "../../components/time";
import { t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { isActive, modelName, money, tokens, tookMs } from "../../state/task-words";

/** `qwen3, 8 s, 412 tokens, $0.004`: what is known, and nothing else. */
export function metaLine(task: Task): string {
  const parts = [modelName(task.model)];
  const took = tookMs(task);
  if (took !== null && !isBack(task)) parts.push(duration(took));
  const { output_tokens, cost_usd, estimated } = task.usage;
  if (output_tokens !== null && output_tokens > 0) parts.push(tokens(output_tokens, estimated));
  if (cost_usd !== null) parts.push(money(cost_usd));
  return parts.join(", ");
}

/** `3 412 tokens with prompts, $0.06` for all of these together; a sum of money that is not known in full is left out. */
export function totalWords(tasks: readonly Task[]): string {
  const used = tasks
    .map(({ usage }) => usage)
    .filter(({ input_tokens, output_tokens }) => input_tokens || output_tokens);
  if (used.length === 0) return "";
  const count = used.reduce((sum, usage) => sum + (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0), 0);
  const isEstimated = used.some((usage) => usage.estimated);
  const words = t("{tokens} with prompts", { tokens: tokens(count, isEstimated) });
  if (used.some((usage) => usage.cost_usd === null)) return words;
  return `${words}, ${money(used.reduce((sum, usage) => sum + (usage.cost_usd ?? 0), 0))}`;
}

/** A task that went on without the user and has come to an end. */
export function isBack(task: Task): boolean {
  return task.lane === "background" && (task.state === "completed" || task.state === "failed");
}

/** A task that goes on without the user right now. */
export function isAway(task: Task): boolean {
  return task.lane === "background" && isActive(task);
}

/** A task whose answer somebody watches arrive. */
export function isLive(task: Task): boolean {
  return task.lane === "interactive" && isActive(task);
}

/** Whether a task was sent to the background from the start, and not while it was answered. */
export function wasSentAway(task: Task): boolean {
  if (!task.detached_at) return false;
  if (!task.started_at) return true;
  return Date.parse(task.detached_at) <= Date.parse(task.started_at);
}

// What the chat says about a task, in words. Pure.
import { clockTime, duration } from "../../components/time";
import type { Task } from "../../ipc/types";

/** The model's own name, without the provider before it. */
export function modelName(id: string): string {
  const slash = id.indexOf("/");
  return slash === -1 ? id : id.slice(slash + 1);
}

/** The provider's name, the first half of a model's id. */
export function providerName(id: string): string {
  const slash = id.indexOf("/");
  return slash === -1 ? id : id.slice(0, slash);
}

/** `$0.004`, `$1.20`; small sums keep the digits that say something. */
export function money(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < 0.001) return "under $0.001";
  return `$${usd < 0.01 ? usd.toFixed(3) : usd.toFixed(2)}`;
}

/** How long a finished task worked; `null` while it does not apply. */
export function tookMs(task: Task): number | null {
  if (!task.started_at || !task.ended_at) return null;
  return Math.max(0, Date.parse(task.ended_at) - Date.parse(task.started_at));
}

/** `qwen3, 8 s, 412 tokens, $0.004`: what is known, and nothing else. */
export function metaLine(task: Task): string {
  const parts = [modelName(task.model)];
  const took = tookMs(task);
  if (took !== null && !isBack(task)) parts.push(duration(took));
  const { output_tokens, cost_usd, estimated } = task.usage;
  if (output_tokens !== null && output_tokens > 0) {
    parts.push(`${estimated ? "about " : ""}${output_tokens.toLocaleString()} tokens`);
  }
  if (cost_usd !== null) parts.push(money(cost_usd));
  return parts.join(", ");
}

/** A task that went on without the user and has come to an end. */
export function isBack(task: Task): boolean {
  return task.lane === "background" && (task.state === "completed" || task.state === "failed");
}

/** A task that goes on without the user right now. */
export function isAway(task: Task): boolean {
  return task.lane === "background" && (task.state === "queued" || task.state === "running");
}

/** A task whose answer somebody watches arrive. */
export function isLive(task: Task): boolean {
  return task.lane === "interactive" && (task.state === "queued" || task.state === "running");
}

/** Whether a task was sent to the background from the start, and not while it was answered. */
export function wasSentAway(task: Task): boolean {
  if (!task.detached_at) return false;
  if (!task.started_at) return true;
  return Date.parse(task.detached_at) <= Date.parse(task.started_at);
}

/** Why a queued task does not run yet; `null` when it is about to. */
export function queuedWords(task: Task): string | null {
  const at = task.due_at ? clockTime(task.due_at) : null;
  switch (task.reason) {
    case "slot":
      return "Starts when a place is free.";
    case "network":
      return at
        ? `The provider cannot be reached. Tries again at ${at}.`
        : "The provider cannot be reached. Goes on by itself when it is back.";
    case "rate_limit":
      return at
        ? `The provider asks to wait until ${at}. Nothing is lost.`
        : "The provider asks to wait. Nothing is lost.";
    case "overloaded":
      return at ? `The provider is overloaded. Tries again at ${at}.` : "The provider is overloaded. Tries again soon.";
    case "restarted":
      return "Taken up again after a restart.";
    case "key":
    case "billing":
    case "model":
    case "interrupted":
    case null:
      return null;
    default:
      return unknownReason(task.reason);
  }
}

function unknownReason(_reason: never): null {
  return null;
}

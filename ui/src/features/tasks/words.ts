import { sentence } from "../../components/sentence";
import { isSilent } from "../../components/state-icon";
import { age, clockTime, duration, elapsed } from "../../components/time";
import type { Task, Usage } from "../../ipc/types";

export interface Present {
  now: number;
  /** Places in parallel, from the settings. */
  places: number;
  /** When something was last heard of the task; `undefined` when this window would not hear it. */
  lastEventAt?: number | undefined;
}

/** The line under a task's title: its state, and why. */
export function stateLine(task: Task, present: Present): string {
  switch (task.state) {
    case "queued":
      return queuedLine(task, present);
    case "running":
      return runningLine(task, present);
    case "waiting":
      return sentence(task.error?.message) || waitingWords(task.reason);
    case "paused":
      return "Paused by you";
    case "completed":
      return listed([doneWords(task), took(task), spent(task.usage)]);
    case "failed":
      return `Failed. ${sentence(task.error?.message) || "The cause is not known."}`;
    case "cancelled": {
      const after = took(task);
      return after ? `Cancelled by you after ${after.replace("took ", "")}` : "Cancelled by you";
    }
    default:
      return unknownState(task.state);
  }
}

/** The short word at the end of a row's first line. */
export function timeWord(task: Task, now: number): string {
  switch (task.state) {
    case "queued":
      return "queued";
    case "running":
      return task.started_at ? elapsed(now - Date.parse(task.started_at)) : "";
    case "waiting": {
      const since = task.steps.at(-1)?.ended_at;
      return since ? `since ${clockTime(since)}` : "";
    }
    case "paused":
      return "paused";
    default:
      // A new outcome says its age below the title, which needs the room.
      return task.ended_at && !task.unread ? age(task.ended_at, now) : "";
  }
}

/** What is wrong with telling the user about it; `null` when nothing is. */
export function undelivered(task: Task): string | null {
  if (task.delivery?.state !== "failed") return null;
  const why = task.delivery.error;
  return why ? `Not delivered to the desktop. ${sentence(why)}` : "Not delivered to the desktop.";
}

/** `$0.06`, else `412 tokens`; empty when neither is known. */
export function spent(usage: Usage): string {
  if (usage.cost_usd !== null) return money(usage.cost_usd);
  const tokens = (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0);
  if (tokens === 0) return "";
  return `${usage.estimated ? "about " : ""}${tokens.toLocaleString("en").replaceAll(",", " ")} tokens`;
}

/** `$0.004`, `$1.20`; small sums keep the digits that say something. */
export function money(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < 0.001) return "under $0.001";
  return `$${usd < 0.01 ? usd.toFixed(3) : usd.toFixed(2)}`;
}

function queuedLine(task: Task, { now, places }: Present): string {
  switch (task.reason) {
    case "slot":
      return places === 1 ? "Starts when the one place is free" : `Starts when one of ${places} places is free`;
    case "network":
      return `The provider cannot be reached. ${triesAgain(task, now)}`;
    case "rate_limit":
      return task.due_at
        ? `The provider asks to wait until ${clockTime(task.due_at)}. Nothing is lost.`
        : "The provider asks to wait. Nothing is lost.";
    case "overloaded":
      return `The provider is overloaded. ${triesAgain(task, now)}`;
    case "restarted":
      return "Resumed after a restart";
    default:
      return "Queued, starts in a moment";
  }
}

function runningLine(task: Task, { now, lastEventAt }: Present): string {
  if (lastEventAt !== undefined && isSilent(now, lastEventAt)) {
    return `Silent for ${elapsed(now - lastEventAt)}, still connected`;
  }
  if (task.progress && task.progress.total > 0) {
    return `${task.progress.done} of ${task.progress.total} ${task.progress.unit}`;
  }
  const step = task.steps.find((row) => row.state === "current")?.label;
  return [step ? `Running. ${step}` : "Running", task.attempt > 1 ? `attempt ${task.attempt}` : ""]
    .filter(Boolean)
    .join(", ");
}

function waitingWords(reason: Task["reason"]): string {
  switch (reason) {
    case "key":
      return "The key is missing or was refused. Your prompt is kept.";
    case "billing":
      return "The account has no credit. Your prompt is kept.";
    case "model":
      return "The model is gone. Your prompt is kept.";
    case "interrupted":
      return "The answer broke off. What is there is kept.";
    default:
      return "Needs you before it can go on.";
  }
}

function triesAgain(task: Task, now: number): string {
  if (!task.due_at) return "Goes on by itself.";
  const wait = Date.parse(task.due_at) - now;
  if (wait <= 1_000) return "Trying again.";
  return wait < 60_000 ? `Tries again in ${duration(wait)}.` : `Tries again at ${clockTime(task.due_at)}.`;
}

function doneWords(task: Task): string {
  switch (task.finish_reason) {
    case "length":
      return "Done, cut at the model's own limit";
    case "content_filter":
      return "Done, ended by the provider's filter";
    default:
      return "Done";
  }
}

function took(task: Task): string {
  if (!task.started_at || !task.ended_at) return "";
  return `took ${duration(Date.parse(task.ended_at) - Date.parse(task.started_at))}`;
}

function listed(parts: string[]): string {
  return parts.filter(Boolean).join(", ");
}

function unknownState(state: never): string {
  return String(state);
}

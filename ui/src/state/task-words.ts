// What is said about a task wherever it is shown. Pure.

import { counted, grouped } from "../components/counted";
import { clockTime, duration, elapsed } from "../components/time";
import type { Settings, Task } from "../ipc/types";
import { childrenWords } from "./child-words";

/** Silence on a running task that is worth a word. */
export const SILENT_AFTER_MS = 15_000;

/** The state in one word, for places without room for its reason. */
export function stateWord(task: Standing): string {
  const { state } = task;
  switch (state) {
    case "queued":
      return task.reason === "children" ? "Waits for parts" : "Queued";
    case "running":
      return "Running";
    case "waiting":
      return waitsForTomorrow(task) ? "Waits for tomorrow" : "Needs you";
    case "paused":
      return "Paused";
    case "completed":
      return "Done";
    case "failed":
      return "Failed";
    case "cancelled":
      return "Stopped";
    default: {
      const unknown: never = state;
      return unknown;
    }
  }
}

type Standing = Pick<Task, "state" | "reason" | "lane" | "due_at">;

/** Held by the limit of the day without anybody watching: it goes on by itself when the day is over. */
export function waitsForTomorrow({ state, reason, lane, due_at }: Standing): boolean {
  return state === "waiting" && reason === "day_limit" && lane === "background" && due_at !== null;
}

/** Stands still until its user does something. */
export function needsUser(task: Standing): boolean {
  return task.state === "waiting" && !waitsForTomorrow(task);
}

/** Whether what stands in its way, or ended it, is of its model or provider, or was a cut: then another one can go on. */
export function canHandOver(task: Pick<Task, "state" | "reason">): boolean {
  return (
    task.state === "failed" ||
    (task.state === "waiting" && !["budget", "day_limit", "approval", "question"].includes(task.reason ?? ""))
  );
}

/** `Waits for tomorrow (00:00), then goes on by itself.` */
export function tomorrowWords({ due_at }: Pick<Task, "due_at">): string {
  return `Waits for tomorrow${due_at ? ` (${clockTime(due_at)})` : ""}, then goes on by itself.`;
}

/** Queued or running: it goes on without anybody doing something. */
export function isActive(task: Pick<Task, "state">): boolean {
  return task.state === "queued" || task.state === "running";
}

/** At work, or in line for it, where nobody watches: what a pause of everything pauses. */
export function isPausable(task: Pick<Task, "state" | "lane">): boolean {
  return isActive(task) && task.lane === "background";
}

/** Done, failed or cancelled: nothing about it changes any more. */
export function isFinal(task: Pick<Task, "state">): boolean {
  return task.state === "completed" || task.state === "failed" || task.state === "cancelled";
}

/** `Part 3 of 8` of a task that is made part by part; `null` when it is not, or all of them are done. */
export function partWords({ progress }: Pick<Task, "progress">): string | null {
  if (progress?.unit !== "parts" || progress.done >= progress.total) return null;
  return `Part ${progress.done + 1} of ${progress.total}`;
}

/** What an answer in a batch waits for, once it is asked for; `null` for every other task. */
export function batchWords({
  in_batch,
  is_remote,
  model,
}: Pick<Task, "in_batch" | "is_remote" | "model">): string | null {
  if (!in_batch || !is_remote) return null;
  return `Waits at ${providerName(model)}; goes on while this computer sleeps; comes within a day, mostly within an hour`;
}

/** Queued for a later moment, or until its provider is well: whoever cannot wait may have it tried now. */
export function canTryNow({ state, reason, due_at }: Pick<Task, "state" | "reason" | "due_at">): boolean {
  if (state !== "queued") return false;
  return due_at !== null || (reason !== null && !["slot", "restarted", "children"].includes(reason));
}

/** What to know before that: the provider itself named the moment. */
export function tryNowWarning({ reason, due_at }: Pick<Task, "reason" | "due_at">): string | undefined {
  if (reason !== "rate_limit" || due_at === null) return undefined;
  return `The provider asked to wait until ${clockTime(due_at)}, so it may refuse again.`;
}

/** Why a queued task does not run yet; `null` when it is about to. `places` is how many tasks run side by side. */
export function queuedWords(task: Task, now: number, places: number): string | null {
  switch (task.reason) {
    case "slot":
      // Answers that are watched have places of their own.
      if (task.lane === "interactive") return "Starts when a place is free";
      return places === 1
        ? "Starts when the one place is free"
        : `Starts when one of ${grouped(places)} places is free`;
    case "network":
      return `The provider cannot be reached. ${triesAgain(task, now)}`;
    case "rate_limit":
      return `The provider asks to wait${untilWords(task, now)} Nothing is lost.`;
    case "overloaded":
      return `The provider is overloaded. ${triesAgain(task, now)}`;
    case "broke_off":
      return `${task.error?.message ?? "The answer broke off."} ${triesAgain(task, now)}`;
    case "key":
      return `${task.error?.message ?? "The key cannot be read."} Unlock the keychain. ${triesAgain(task, now)}`;
    case "restarted":
      return "Goes on after a restart";
    case "day_limit":
      return "Waits for its share of today's limit";
    case "children":
      return task.parent_id === null ? childrenWords(task) : "Waits for the other parts";
    case "billing":
    case "model":
    case "budget":
    case "interrupted":
    case "approval":
    case "question":
    case "trash":
    case null:
      return null;
    default: {
      const unknown: never = task.reason;
      return unknown;
    }
  }
}

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

/** How many tasks run side by side with this one: all, or fewer of its provider. */
export function placesFor(task: Task, settings: Settings): number {
  const own = settings.provider_tasks[providerName(task.model)];
  return Math.min(settings.parallel_tasks, own ?? settings.parallel_tasks);
}

/** The end of a sentence about a wait. A time of day says nothing about less than a minute. */
function untilWords(task: Task, now: number): string {
  if (!task.due_at) return ".";
  const isLong = Date.parse(task.due_at) - now >= 60_000;
  return isLong ? ` until ${clockTime(task.due_at)}.` : `. ${triesAgain(task, now)}`;
}

function triesAgain(task: Task, now: number): string {
  if (!task.due_at) return "Goes on by itself.";
  const wait = Date.parse(task.due_at) - now;
  if (wait <= 1_000) return "Trying again.";
  return wait < 60_000 ? `Tries again in ${duration(wait)}.` : `Tries again at ${clockTime(task.due_at)}.`;
}

/** How long a running task has said nothing, once that is worth a word. `since` is when it was last heard of. */
export function silentWords(now: number, since: number | undefined): string | null {
  if (since === undefined || now - since < SILENT_AFTER_MS) return null;
  return `Silent for ${elapsed(now - since)}, still connected`;
}

/** How long a task has been worked on, without what lies between its attempts; `null` before the first. */
export function workedMs(task: Task, now: number): number | null {
  if (!task.started_at) return null;
  const end = task.ended_at ? Date.parse(task.ended_at) : now;
  if (task.worked) return task.worked.ms + (task.worked.since ? Math.max(0, end - Date.parse(task.worked.since)) : 0);
  let sum = 0;
  for (const { started_at, ended_at } of task.steps) {
    if (started_at) sum += Math.max(0, (ended_at ? Date.parse(ended_at) : end) - Date.parse(started_at));
  }
  return sum;
}

/** What the clock of an answer that is awaited shows: how long it is worked on, and before that how long it has waited. */
export function awaitedMs(task: Task, now: number): number {
  return workedMs(task, now) ?? now - Date.parse(task.created_at);
}

/** How long a finished task worked; `null` while that does not apply. */
export function tookMs(task: Task): number | null {
  return task.ended_at ? workedMs(task, Date.parse(task.ended_at)) : null;
}

/** `412 tokens`, `about 1 234 tokens`. */
export function tokens(count: number, isEstimated: boolean): string {
  return `${isEstimated ? "about " : ""}${counted(count, "token")}`;
}

/** `$0.004`, `$1.20`; small sums keep the digits that say something. */
export function money(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < 0.001) return "under $0.001";
  return `$${usd < 0.01 ? usd.toFixed(3) : usd.toFixed(2)}`;
}

// What is said about a task wherever it is shown. Pure.

import { grouped } from "../components/counted";
import { clockTime, duration, elapsed } from "../components/time";
import { locale, t } from "../i18n";
import type { Settings, Task } from "../ipc/types";
import { childrenWords } from "./child-words";

/** Silence on a running task that is worth a word. */
export const SILENT_AFTER_MS = 15_000;

/** The state in one word, for places without room for its reason. */
export function stateWord(task: Standing): string {
  const { state } = task;
  switch (state) {
    case "queued":
      return task.reason === "children" ? t("Waits for parts") : t("Queued");
    case "running":
      return t("Running");
    case "waiting":
      return waitsForTomorrow(task) ? t("Waits for tomorrow") : t("Needs you");
    case "paused":
      return t("Paused");
    case "completed":
      return t("Done");
    case "failed":
      return t("Failed");
    case "cancelled":
      return t("Stopped");
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
  if (!due_at) return t("Waits for tomorrow, then goes on by itself.");
  return t("Waits for tomorrow ({time}), then goes on by itself.", { time: clockTime(due_at) });
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
  return t("Part {n} of {all}", { n: progress.done + 1, all: progress.total });
}

/** What an answer in a batch waits for, once it is asked for; `null` for every other task. */
export function batchWords({
  in_batch,
  is_remote,
  model,
}: Pick<Task, "in_batch" | "is_remote" | "model">): string | null {
  if (!in_batch || !is_remote) return null;
  const provider = providerName(model);
  return t("Waits at {provider}; goes on while this computer sleeps; comes within a day, mostly within an hour", {
    provider,
  });
}

/** Queued for a later moment, or until its provider is well: whoever cannot wait may have it tried now. */
export function canTryNow({ state, reason, due_at }: Pick<Task, "state" | "reason" | "due_at">): boolean {
  if (state !== "queued") return false;
  return due_at !== null || (reason !== null && !["slot", "restarted", "children"].includes(reason));
}

/** What to know before that: the provider itself named the moment. */
export function tryNowWarning({ reason, due_at }: Pick<Task, "reason" | "due_at">): string | undefined {
  if (reason !== "rate_limit" || due_at === null) return undefined;
  return t("The provider asked to wait until {time}, so it may refuse again.", { time: clockTime(due_at) });
}

/** Why a queued task does not run yet; `null` when it is about to. `places` is how many tasks run side by side. */
export function queuedWords(task: Task, now: number, places: number): string | null {
  switch (task.reason) {
    case "slot":
      // Answers that are watched have places of their own.
      if (task.lane === "interactive") return t("Starts when a place is free");
      return places === 1
        ? t("Starts when the one place is free")
        : t("Starts when one of {n} places is free", { n: grouped(places) });
    case "network":
      return `${t("The provider cannot be reached.")} ${triesAgain(task, now)}`;
    case "rate_limit":
      return `${asksToWait(task, now)} ${t("Nothing is lost.")}`;
    case "overloaded":
      return `${t("The provider is overloaded.")} ${triesAgain(task, now)}`;
    case "broke_off":
      return `${task.error?.message ?? t("The answer broke off.")} ${triesAgain(task, now)}`;
    case "key":
      return [
        task.error?.message ?? t("The key cannot be read."),
        t("Unlock the keychain."),
        triesAgain(task, now),
      ].join(" ");
    case "restarted":
      return t("Goes on after a restart");
    case "day_limit":
      return t("Waits for its share of today's limit");
    case "children":
      return task.parent_id === null ? childrenWords(task) : t("Waits for the other parts");
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

/** What a provider asks for, and until when. A time of day says nothing about less than a minute. */
function asksToWait(task: Task, now: number): string {
  if (!task.due_at) return t("The provider asks to wait.");
  const isLong = Date.parse(task.due_at) - now >= 60_000;
  return isLong
    ? t("The provider asks to wait until {time}.", { time: clockTime(task.due_at) })
    : `${t("The provider asks to wait.")} ${triesAgain(task, now)}`;
}

function triesAgain(task: Task, now: number): string {
  if (!task.due_at) return t("Goes on by itself.");
  const wait = Date.parse(task.due_at) - now;
  if (wait <= 1_000) return t("Trying again.");
  return wait < 60_000
    ? t("Tries again in {time}.", { time: duration(wait) })
    : t("Tries again at {time}.", { time: clockTime(task.due_at) });
}

/** How long a running task has said nothing, once that is worth a word. `since` is when it was last heard of. */
export function silentWords(now: number, since: number | undefined): string | null {
  if (since === undefined || now - since < SILENT_AFTER_MS) return null;
  return t("Silent for {time}, still connected", { time: elapsed(now - since) });
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
  return isEstimated
    ? t("about {n, plural, one {# token} other {# tokens}}", { n: count })
    : t("{n, plural, one {# token} other {# tokens}}", { n: count });
}

/** `$0.004`, `$1.20`; small sums keep the digits that say something. */
export function money(usd: number): string {
  if (usd === 0) return dollars[0].format(0);
  if (usd < 0.001) return t("under {amount}", { amount: dollars[3].format(0.001) });
  return (usd < 0.01 ? dollars[3] : dollars[2]).format(usd);
}

/** By the digits behind the point. */
const dollars = { 0: inDollars(0), 2: inDollars(2), 3: inDollars(3) };

function inDollars(digits: number): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });
}

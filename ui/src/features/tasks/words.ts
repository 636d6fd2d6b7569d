import { grouped } from "../../components/counted";
import { sentence } from "../../components/sentence";
import { age, clockTime, duration, elapsed } from "../../components/time";
import { t } from "../../i18n";
import type { Task, TaskDelivery, Usage } from "../../ipc/types";
import { atWork, changedWords, wantsWords } from "../../state/agent-words";
import { leftWords } from "../../state/offer-words";
import {
  batchWords,
  isActive,
  money,
  partWords,
  queuedWords,
  silentWords,
  tokens,
  tomorrowWords,
  tookMs,
  waitsForTomorrow,
  workedMs,
} from "../../state/task-words";

export interface Present {
  now: number;
  /** Places in parallel, from the settings. */
  places: number;
  /** When something was last heard of the task, while it runs. */
  since?: number | undefined;
  /** Bytes it has written, while it runs. */
  bytes?: number | undefined;
  /** What it asks first, while it waits for a yes or an answer. */
  asked?: string | undefined;
}

/** The line under a task's title: its state, and why. */
export function stateLine(task: Task, present: Present): string {
  switch (task.state) {
    case "queued":
      return queuedLine(task, present);
    case "running":
      return runningLine(task, present);
    case "waiting":
      if (waitsForTomorrow(task)) return tomorrowWords(task);
      if (task.approvals > 0) return asksLine(task, present);
      return sentence(task.error?.message) || waitingWords(task.reason);
    case "paused":
      return t("Paused by you");
    case "completed":
      return listed([doneWords(task), changedWords(task), took(task), spent(task.usage)]);
    case "failed":
      return t("Failed. {cause}", { cause: sentence(task.error?.message) || t("The cause is not known.") });
    case "cancelled": {
      const after = tookMs(task);
      return after === null ? t("Stopped by you") : t("Stopped by you after {time}", { time: duration(after) });
    }
    default:
      return unknownState(task.state);
  }
}

/** The short word at the end of a row's first line. */
export function timeWord(task: Task, now: number): string {
  switch (task.state) {
    case "queued":
      return task.children.length > 0 && task.reason === "children" ? elapsed(workedMs(task, now) ?? 0) : t("queued");
    case "running":
      return elapsed(workedMs(task, now) ?? 0);
    case "waiting": {
      const since = task.steps.at(-1)?.ended_at;
      return since ? t("since {time}", { time: clockTime(since) }) : "";
    }
    case "paused":
      return "";
    default:
      // A new outcome says its age below the title, which needs the room.
      return task.ended_at && !task.unread ? age(task.ended_at, now) : "";
  }
}

/** What is wrong with telling the user about it; `null` when nothing is, or when they have seen it. */
export function undelivered(task: Task): string | null {
  return task.delivery?.state === "failed" ? notDelivered(task.delivery) : null;
}

/** How the user was told, also after they looked; `null` while there is nothing to tell. */
export function toldWords(task: Task): string | null {
  const { delivery } = task;
  if (!delivery) return null;
  switch (delivery.state) {
    case "pending":
    case "claimed":
      return isActive(task) ? null : t("Not yet");
    case "delivered":
      return isNotice(delivery) ? t("Desktop notice") : t("In this list, without a notice");
    case "seen":
      if (delivery.error !== null) return `${notDelivered(delivery)} ${t("Seen by you since.")}`;
      return isNotice(delivery) ? t("Desktop notice, seen by you") : t("In this list, seen by you");
    case "failed":
      return notDelivered(delivery);
    case "suppressed":
      return t("Without a notice");
    default:
      return unknownState(delivery.state);
  }
}

function notDelivered({ error }: TaskDelivery): string {
  return [t("Not delivered to the desktop."), sentence(error)].filter(Boolean).join(" ");
}

function isNotice({ channels }: TaskDelivery): boolean {
  return channels.includes("native");
}

/** `9 200 tokens read, 412 written, $0.06`: what is known of it. */
export function usedWords({ input_tokens, output_tokens, cost_usd, estimated }: Usage): string {
  const read = input_tokens ? t("{tokens} read", { tokens: tokens(input_tokens, estimated) }) : "";
  const written = output_tokens
    ? t("{tokens} written", { tokens: read ? grouped(output_tokens) : tokens(output_tokens, estimated) })
    : "";
  return listed([read, written, cost_usd === null ? "" : money(cost_usd)]);
}

/** `$0.06`, else the `412 tokens` that were written; empty when neither is known. */
export function spent(usage: Usage): string {
  if (usage.cost_usd !== null) return money(usage.cost_usd);
  return usage.output_tokens ? tokens(usage.output_tokens, usage.estimated) : "";
}

/** The usual estimate; scripts of more bytes a letter have more tokens a letter. */
const TOKEN_BYTES = 4;

function queuedLine(task: Task, { now, places }: Present): string {
  const words = queuedWords(task, now, places) ?? t("Queued, starts in a moment");
  const part = task.progress && task.progress.done > 0 ? partWords(task) : null;
  return part ? `${part}. ${words}` : words;
}

function runningLine(task: Task, { now, since, bytes }: Present): string {
  const silent = batchWords(task) ?? silentWords(now, since);
  if (silent) return silent;
  const part = partWords(task);
  if (part) return part;
  const left = leftWords(task, workedMs(task, now) ?? 0) ?? "";
  if (task.agent !== null) return listed([task.agent, atWork(task) ?? t("at work"), left]);
  // A count of one says nothing, and its unit is a plural.
  if (task.progress && task.progress.total > 1) {
    const { done, total, unit } = task.progress;
    return t("{done} of {total} {unit}", { done, total, unit });
  }
  if (bytes === undefined) return listed([t("Running"), left]);
  const written = Math.round(bytes / TOKEN_BYTES / 10) * 10;
  return listed([
    written < 10 ? t("Writing the first words") : t("Writing, {tokens} so far", { tokens: tokens(written, true) }),
    left,
  ]);
}

/** `General wants your yes: Edit README.md`, so that it can be judged whether to go there now. */
function asksLine(task: Task, { asked }: Present): string {
  if (asked === undefined) return sentence(task.error?.message) || `${wantsWords(task)}.`;
  const wants = wantsWords(task);
  return task.approvals > 1 ? t("{wants}, first: {asked}", { wants, asked }) : `${wants}: ${asked}`;
}

function waitingWords(reason: Task["reason"]): string {
  switch (reason) {
    case "key":
      return t("The key is missing or was refused. Your prompt is kept.");
    case "billing":
      return t("The account has no credit. Your prompt is kept.");
    case "model":
      return t("The model is gone. Your prompt is kept.");
    case "budget":
      return t("Its cap is reached. What is there is kept.");
    case "day_limit":
      return t("Today's limit is used up. What is there is kept.");
    case "approval":
    case "question":
      return t("It waits for your word.");
    case "interrupted":
      return t("The answer broke off. What is there is kept.");
    default:
      return t("Needs you before it can go on.");
  }
}

function doneWords(task: Task): string {
  switch (task.finish_reason) {
    case "length":
      return t("Done, cut at the model's own limit");
    case "accepted":
      return t("Done, taken as it was");
    case "content_filter":
      return t("Done, ended by the provider's filter");
    default:
      return t("Done");
  }
}

function took(task: Task): string {
  const ms = tookMs(task);
  return ms === null ? "" : t("took {time}", { time: duration(ms) });
}

function listed(parts: string[]): string {
  return parts.filter(Boolean).join(", ");
}

function unknownState(state: never): string {
  return String(state);
}

// What the history is filtered by, and the question that follows from it. Pure.
import { t } from "../../../i18n";
import type { TaskQuery, TaskState } from "../../../ipc/types";

export type StateFilter = "ended" | "completed" | "failed" | "cancelled" | "open" | "any";
export type TimeFilter = "any" | "today" | "yesterday" | "week" | "month";

export interface Filters {
  words: string;
  state: StateFilter;
  time: TimeFilter;
  /** `null` for any. */
  model: string | null;
  unread: boolean;
  pinned: boolean;
  /** Answers that somebody watched, too. */
  watched: boolean;
}

export const atRest: Filters = {
  words: "",
  state: "ended",
  time: "any",
  model: null,
  unread: false,
  pinned: false,
  watched: false,
};

export const stateOptions: readonly { value: StateFilter; label: string }[] = [
  { value: "ended", label: t("All that ended") },
  { value: "completed", label: t("Done") },
  { value: "failed", label: t("Failed") },
  { value: "cancelled", label: t("Stopped") },
  { value: "open", label: t("Not ended") },
  { value: "any", label: t("Any state") },
];

export const timeOptions: readonly { value: TimeFilter; label: string }[] = [
  { value: "any", label: t("Any time") },
  { value: "today", label: t("Today") },
  { value: "yesterday", label: t("Yesterday") },
  { value: "week", label: t("Last 7 days") },
  { value: "month", label: t("Last 30 days") },
];

/** Nothing is left out but what has not ended and what was watched. */
export function isAtRest(filters: Filters): boolean {
  return JSON.stringify({ ...filters, words: filters.words.trim() }) === JSON.stringify(atRest);
}

/** Tasks of one page. */
export const PAGE = 50;

/** The question for one page. `now` says which day is today. */
export function queryOf(filters: Filters, now: number, cursor: string | null = null): TaskQuery {
  return {
    words: filters.words.trim() || null,
    states: statesOf(filters.state),
    model: filters.model,
    lane: filters.watched ? null : "background",
    unread: filters.unread,
    pinned: filters.pinned,
    ...timeOf(filters.time, now),
    limit: PAGE,
    cursor,
  };
}

function statesOf(state: StateFilter): TaskState[] {
  switch (state) {
    case "ended":
      return ["completed", "failed", "cancelled"];
    case "open":
      return ["queued", "running", "waiting", "paused"];
    case "any":
      return [];
    default:
      return [state];
  }
}

function timeOf(time: TimeFilter, now: number): Pick<TaskQuery, "since" | "until"> {
  const day = (back: number) => dayStart(now, -back).toISOString();
  switch (time) {
    case "any":
      return { since: null, until: null };
    case "today":
      return { since: day(0), until: null };
    case "yesterday":
      return { since: day(1), until: day(0) };
    case "week":
      return { since: day(6), until: null };
    case "month":
      return { since: day(29), until: null };
    default:
      return time satisfies never;
  }
}

/** The midnight here with which the day of a moment begins, or another day so many days on. */
export function dayStart(moment: number, days = 0): Date {
  const date = new Date(moment);
  // Days are counted by the calendar: one with a change of the clocks has not 24 hours.
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);
}

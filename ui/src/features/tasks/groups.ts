import { t } from "../../i18n";

import type { Summary, Task, TaskId } from "../../ipc/types";
import { needsUser, waitsForTomorrow } from "../../state/task-words";

export type GroupId = "needs-you" | "working" | "tomorrow" | "paused" | "failed" | "done" | "pinned" | "new";

export interface TaskGroup {
  id: GroupId;
  title: string;
  tasks: Task[];
}

/** What the list holds, in the one order used everywhere. Groups without a task are left out. */
export function groupsOf(tasks: Task[]): TaskGroup[] {
  const listed = tasks.filter(isListed).sort(newestFirst);
  const of = (...states: Task["state"][]) => listed.filter((task) => states.includes(task.state));
  const groups: TaskGroup[] = [
    { id: "needs-you", title: t("Needs you"), tasks: listed.filter(needsUser) },
    { id: "working", title: t("Working"), tasks: [...of("running"), ...of("queued")] },
    { id: "tomorrow", title: t("Waits for tomorrow"), tasks: listed.filter(waitsForTomorrow) },
    { id: "paused", title: t("Paused"), tasks: of("paused") },
    { id: "failed", title: t("Failed"), tasks: of("failed") },
    { id: "done", title: t("Done"), tasks: of("completed", "cancelled") },
  ];
  return groups.filter((group) => group.tasks.length > 0);
}

/** The tasks as they are now, in the places they had before. What came since stands below all of them. */
export function held(before: TaskGroup[], now: TaskGroup[]): TaskGroup[] {
  const left = new Map(now.flatMap((group) => group.tasks).map((task) => [task.id, task]));
  const take = ({ id }: Task): Task[] => {
    const task = left.get(id);
    left.delete(id);
    return task ? [task] : [];
  };
  const groups = before.map((group) => ({ ...group, tasks: group.tasks.flatMap(take) }));
  if (left.size > 0) {
    const last = groups.at(-1);
    const added = [...left.values()];
    if (last?.id === "new") last.tasks.push(...added);
    else groups.push({ id: "new", title: t("New"), tasks: added });
  }
  return groups.filter((group) => group.tasks.length > 0);
}

const KEPT = 5;

/** A finished group at rest: what nobody has looked at, the last five, and what stays for another reason. */
export function folded(tasks: Task[], stays: (id: TaskId) => boolean): Task[] {
  return tasks.filter((task, at) => task.unread || at < KEPT || stays(task.id));
}

/** The counts in words, such as `1 needs you, 3 working, 1 failed, 2 new`. */
export function summaryWords(summary: Summary): string {
  const parts = [
    summary.needs_you > 0 && t("{n, plural, one {# needs you} other {# need you}}", { n: summary.needs_you }),
    summary.working > 0 && t("{n, number} working", { n: summary.working }),
    summary.failed > 0 && t("{n, number} failed", { n: summary.failed }),
    summary.unread > 0 && t("{n, number} new", { n: summary.unread }),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : t("nothing running");
}

// What somebody watched belongs to its chat, unless it asks for something.
function isListed(task: Task): boolean {
  // A part stands with its whole, unless it asks for something.
  if (task.parent_id !== null) return needsUser(task);
  return task.lane === "background" || task.state === "waiting";
}

function newestFirst(a: Task, b: Task): number {
  const at = (task: Task) => task.ended_at ?? task.detached_at ?? task.created_at;
  // Both are plain letters and digits, for which the order of a language costs fifty times as much.
  return compare(at(b), at(a)) || compare(b.id, a.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

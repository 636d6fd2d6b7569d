import { grouped } from "../../components/counted";
import type { Summary, Task, TaskId } from "../../ipc/types";

export type GroupId = "needs-you" | "working" | "paused" | "failed" | "done";

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
    { id: "needs-you", title: "Needs you", tasks: of("waiting") },
    { id: "working", title: "Working", tasks: [...of("running"), ...of("queued")] },
    { id: "paused", title: "Paused", tasks: of("paused") },
    { id: "failed", title: "Failed", tasks: of("failed") },
    { id: "done", title: "Done", tasks: of("completed", "cancelled") },
  ];
  return groups.filter((group) => group.tasks.length > 0);
}

const KEPT = 5;

/** A finished group at rest: what nobody has looked at, the last five, and the one that is marked. */
export function folded(tasks: Task[], marked: TaskId | null): Task[] {
  return tasks.filter((task, at) => task.unread || at < KEPT || task.id === marked);
}

/** The counts in words, such as `1 needs you, 3 working, 1 failed, 2 new`. */
export function summaryWords(summary: Summary): string {
  const parts = [
    summary.needs_you > 0 && `${grouped(summary.needs_you)} ${summary.needs_you === 1 ? "needs" : "need"} you`,
    summary.working > 0 && `${grouped(summary.working)} working`,
    summary.failed > 0 && `${grouped(summary.failed)} failed`,
    summary.unread > 0 && `${grouped(summary.unread)} new`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "nothing running";
}

// What somebody watched belongs to its chat, unless it asks for something.
function isListed(task: Task): boolean {
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

// The groups of mission control: what needs you, what is at work, what ended and was not looked at yet. Pure.
import { t } from "../../../i18n";
import type { Task, TaskId } from "../../../ipc/types";
import { isFinal } from "../../../state/task-words";
import { groupsOf, type TaskGroup } from "../groups";

/**
 * The groups in their order. `stays` are outcomes that were looked at just now: they keep their place until the page is
 * left. In each group what is pinned comes first, and among outcomes what is unread, failures before the rest.
 */
export function missionGroups(tasks: Iterable<Task>, stays: ReadonlySet<TaskId>): TaskGroup[] {
  const shown: Task[] = [];
  // All there ever was may be here: most of it ended and was seen, and is of the history.
  for (const task of tasks) if (!isFinal(task) || task.unread || task.pinned || stays.has(task.id)) shown.push(task);
  const groups = groupsOf(shown);
  const ended = groups.filter(({ id }) => id === "failed" || id === "done").flatMap((group) => group.tasks);
  const fresh = ended.filter((task) => task.unread || stays.has(task.id));
  const pinned = ended.filter((task) => !fresh.includes(task));
  return [
    ...groups.filter(({ id }) => id !== "failed" && id !== "done").map(pinnedFirst),
    { id: "done" as const, title: t("Finished"), tasks: [...fresh].sort(unreadFirst) },
    { id: "pinned" as const, title: t("Pinned"), tasks: pinned },
  ].filter((group) => group.tasks.length > 0);
}

function pinnedFirst(group: TaskGroup): TaskGroup {
  return { ...group, tasks: [...group.tasks].sort((a, b) => Number(b.pinned) - Number(a.pinned)) };
}

function unreadFirst(a: Task, b: Task): number {
  return rank(a) - rank(b);
}

function rank(task: Task): number {
  if (!task.unread) return 2;
  return task.state === "failed" ? 0 : 1;
}

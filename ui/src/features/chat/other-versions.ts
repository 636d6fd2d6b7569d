// What goes on in versions that are not shown. Pure.
import { t } from "../../i18n";
import type { Task, TaskId } from "../../ipc/types";
import { type State, shownTask, stands, type TurnState } from "../../state/store";
import { isActive, needsUser, waitsForTomorrow } from "../../state/task-words";

/** For each version of this prompt, and each other answer to it, in which something is new or not over: a task of it, and its name. */
export function otherVersions(state: State, turn: TurnState): Record<TaskId, string> {
  const shown = shownTask(state, turn);
  const found: Record<TaskId, string> = {};
  if (!shown) return found;
  for (const [place, { branches }] of turn.versions.entries()) {
    if (branches.includes(shown.branch)) continue;
    const its = Object.values(state.tasks).filter(
      (task) =>
        task.conversation_id === shown.conversation_id && task.turn >= turn.number && branches.includes(task.branch),
    );
    const task = foremost(its);
    if (task) found[task.id] = t("version {n}", { n: place + 1 });
  }
  for (const [place, id] of turn.tasks.entries()) {
    const task = state.tasks[id];
    if (task && task.shown_seq < shown.shown_seq && foremost([task])) found[id] = t("answer {n}", { n: place + 1 });
  }
  return found;
}

/** Answers that came back in branches that are not shown, and nobody has seen. What the last turn says is not said again below it. */
export function unseenElsewhere(state: State): TaskId[] {
  const { thread } = state;
  if (!thread) return [];
  const told = thread.turns.at(-1)?.versions.flatMap((version) => version.branches) ?? [];
  const here = Object.values(state.tasks).filter((task) => task.conversation_id === thread.conversationId);
  const unseen = here.filter((task) => task.unread && !stands(thread, task) && !told.includes(task.branch));
  return unseen.map((task) => task.id);
}

/** What needs somebody, then what is new, then what is not over. */
function foremost(tasks: Task[]): Task | undefined {
  return tasks.find(needsUser) ?? tasks.find((task) => task.unread) ?? tasks.find(isActive);
}

/** What there is to say of a task in a version that is not shown. */
export function newsOf(task: Task, where: string): string {
  const at = `${where.charAt(0).toUpperCase()}${where.slice(1)}`;
  if (needsUser(task)) return t("{at} needs you.", { at });
  if (waitsForTomorrow(task)) return t("{at} waits for tomorrow.", { at });
  if (task.state === "failed") return t("{at} failed.", { at });
  if (task.unread) return t("There is a new answer in {where}.", { where });
  return t("{at} is still being answered.", { at });
}

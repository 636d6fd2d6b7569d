import type { Task } from "../../ipc/types";
import type { State, TurnState } from "../../state/store";
import { isBack } from "./words";

/** Whether the chat went on after this task was sent away and before it came back. */
export function movedOn(state: State, task: Task, next: TurnState | undefined): boolean {
  if (!isBack(task) || !task.ended_at) return false;
  const first = next?.tasks[0];
  const following = first ? state.tasks[first] : undefined;
  return following !== undefined && Date.parse(following.created_at) < Date.parse(task.ended_at);
}

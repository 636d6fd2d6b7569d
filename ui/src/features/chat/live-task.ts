import type { Task } from "../../ipc/types";
import type { State } from "../../state/store";
import { isLive } from "./words";

/** The newest answer of the open chat that somebody watches arrive. */
export function liveTask(state: State): Task | null {
  const turns = state.thread?.turns ?? [];
  for (let at = turns.length - 1; at >= 0; at -= 1) {
    const ids = turns[at]?.tasks ?? [];
    for (let version = ids.length - 1; version >= 0; version -= 1) {
      const task = state.tasks[ids[version] ?? ""];
      if (task && isLive(task)) return task;
    }
  }
  return null;
}

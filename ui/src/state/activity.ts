// When something was last heard of a task. Kept outside React: it changes with every frame.
import type { TaskId } from "../ipc/types";

const heardAt = new Map<TaskId, number>();
const listeners = new Map<TaskId, Set<() => void>>();

/** Notes that an event or a piece of text of this task arrived. */
export function noteActivity(taskId: TaskId, at = Date.now()): void {
  heardAt.set(taskId, at);
  const heard = listeners.get(taskId);
  if (heard) for (const listener of heard) listener();
}

/** Unix milliseconds of the last sign of life seen by this window; `null` when it saw none. */
export function lastActivityAt(taskId: TaskId): number | null {
  return heardAt.get(taskId) ?? null;
}

/** Calls back on every sign of life; gives the function that ends it. */
export function onActivity(taskId: TaskId, listener: () => void): () => void {
  const heard = listeners.get(taskId) ?? new Set();
  heard.add(listener);
  listeners.set(taskId, heard);
  return () => {
    heard.delete(listener);
    if (heard.size === 0) listeners.delete(taskId);
  };
}

export function forgetActivity(): void {
  heardAt.clear();
}

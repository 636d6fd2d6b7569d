// Whose model thinks aloud right now, or did before its answer began. React hears of it when that changes, not of each word.
import type { TaskId, TextChange, ThreadView } from "../ipc/types";
import { type Thinking, useStore } from "./store";

/** What a thread says of it when it is opened: since when is not known. */
export function thinkingIn(thread: ThreadView | null): Record<TaskId, Thinking> {
  const answered = new Set(thread?.texts.map((view) => view.task_id));
  const thinking: Record<TaskId, Thinking> = {};
  for (const { task_id } of thread?.thoughts ?? []) thinking[task_id] = { since: null, isOver: answered.has(task_id) };
  return thinking;
}

/** Notes what a frame brought: a thought begins, an answer ends it. */
export function noteThoughts(texts: readonly TextChange[], thoughts: readonly TextChange[], now = Date.now()): void {
  const before = useStore.getState().thinking;
  let next = before;
  const set = (id: TaskId, thinking: Thinking) => {
    next = { ...next, [id]: thinking };
  };
  for (const { task_id } of thoughts) {
    const known = next[task_id];
    if (!known) set(task_id, { since: now, isOver: false });
    else if (known.isOver) set(task_id, { ...known, isOver: false });
  }
  for (const { task_id } of texts) {
    const known = next[task_id];
    if (known && !known.isOver) set(task_id, { ...known, isOver: true });
  }
  if (next !== before) useStore.setState({ thinking: next });
}

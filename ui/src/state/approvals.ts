// What waits for a yes or an answer: read when a row says that there is some, and again when that row changes.
import type { Approval, Decision, Task, TaskId } from "../ipc/types";
import { asCommandError, ask } from "./connection";
import { useStore } from "./store";

/** The open questions of a task, as of a place in the log. */
export interface Asking {
  head: number;
  list: Approval[];
  /** Why they could not be read. */
  error: string | null;
}

let stop = () => {};

/** Begins to read them whenever a row has some. */
export function followApprovals(): void {
  stop();
  const asked = new Map<TaskId, number>();
  stop = useStore.subscribe((state, before) => {
    if (state.tasks === before.tasks) return;
    const waiting = Object.values(state.tasks).filter((task) => task.approvals > 0);
    const changed = waiting.filter((task) => asked.get(task.id) !== task.head);
    for (const task of changed) asked.set(task.id, task.head);
    const isGone = (id: TaskId) => !state.tasks[id]?.approvals;
    const gone = Object.keys(state.approvals).filter(isGone);
    for (const id of gone) asked.delete(id);
    if (gone.length > 0) forget(gone);
    if (changed.length > 0) void read(changed);
  });
}

/** Reads those of a task again, for somebody who was told that they are not what they were. */
export function lookAgain(task: Task): Promise<void> {
  return read([task]);
}

/** Says what the user says to a question; rejects with a `CommandError` when that does not count. */
export async function decide(asked: Approval, decision: Decision, words: string | null): Promise<void> {
  try {
    await ask().decide(asked.id, decision, asked.hash, words);
  } finally {
    const task = useStore.getState().tasks[asked.task_id];
    if (task) await read([task]);
  }
}

async function read(tasks: Task[]): Promise<void> {
  const [only] = tasks;
  try {
    const list = await ask().approvals(only && tasks.length === 1 ? only.id : null);
    for (const task of tasks) {
      const its = list.filter((one) => one.task_id === task.id);
      put(task, { head: task.head, list: its, error: null });
    }
  } catch (error) {
    const { message } = asCommandError(error);
    for (const task of tasks) put(task, { head: task.head, list: [], error: message });
  }
}

/** What was asked for earlier may arrive later; the newest counts. */
function put({ id }: Task, asking: Asking): void {
  useStore.setState((state) => {
    if (!state.tasks[id]?.approvals) return {};
    const known = state.approvals[id];
    if (known && known.head > asking.head) return {};
    return { approvals: { ...state.approvals, [id]: asking } };
  });
}

function forget(ids: TaskId[]): void {
  useStore.setState((state) => {
    const left = Object.entries(state.approvals).filter(([id]) => !ids.includes(id));
    return { approvals: Object.fromEntries(left) };
  });
}

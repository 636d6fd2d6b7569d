// Results read one after the other, each in its own chat. What stands in the queue was new when the reading began.
import type { Placement, Task, TaskId } from "../ipc/types";
import { actions } from "./actions";
import { ask, attempt } from "./connection";
import { type State, useStore } from "./store";
import { isFinal } from "./task-words";

/** The results to read, and which of them is shown. */
export interface Reading {
  queue: TaskId[];
  at: number;
}

/** What nobody has looked at yet, in the order in which it came back. */
export function unreadTasks({ tasks, conversations }: Pick<State, "tasks" | "conversations">): Task[] {
  const isNew = (task: Task) =>
    task.unread && isFinal(task) && task.parent_id === null && task.conversation_id in conversations;
  const all = Object.values(tasks).filter(isNew);
  const end = (task: Task) => task.ended_at ?? "";
  return all.sort((a, b) => (end(a) < end(b) ? -1 : end(a) > end(b) ? 1 : a.id < b.id ? -1 : 1));
}

/** Begins with the first, or goes on with the next; false when there is nothing new. */
export function startReading(): boolean {
  if (useStore.getState().reading) {
    stepReading(1);
    return true;
  }
  const queue = unreadTasks(useStore.getState()).map(({ id }) => id);
  if (queue.length === 0) return false;
  show({ queue, at: 0 });
  return true;
}

/** The next (1) or the previous (-1) result; after the last one the reading is over. */
export function stepReading(by: 1 | -1): void {
  const { reading } = useStore.getState();
  if (!reading) return;
  const at = reading.at + by;
  if (at >= reading.queue.length) stopReading();
  else if (at >= 0) show({ ...reading, at });
}

/** Takes the result as read and goes on. */
export function acceptRead(): void {
  const task = readTask(useStore.getState());
  if (task?.unread) actions.markSeen(task.id);
  stepReading(1);
}

/** Says where the result belongs and goes on; only of an answer that is complete. */
export function placeRead(placement: Placement): void {
  const task = readTask(useStore.getState());
  if (task?.state !== "completed") return;
  void place(task.id, placement).then((is) => is && goOnFrom(task.id));
}

/** Goes on once what was done with a result is done, unless that one was left meanwhile. */
export function goOnFrom(taskId: TaskId): void {
  if (readTask(useStore.getState())?.id === taskId) acceptRead();
}

/** Asks the same again, in the background, and goes on. */
export function retryRead(): void {
  const task = readTask(useStore.getState());
  // What comes of it is told like all work in the background; the reading goes on.
  if (task) void attempt(ask().retryTask(task.id, "background", null));
  acceptRead();
}

export function stopReading(): void {
  useStore.setState({ reading: null, focusComposer: true });
}

/** The result that is shown. */
export function readTask({ reading, tasks }: Pick<State, "reading" | "tasks">): Task | undefined {
  const id = reading?.queue[reading.at];
  return id === undefined ? undefined : tasks[id];
}

/** Says where an answer belongs that came back after its chat had gone on; `null` for where it came back. True once it is there. */
export async function place(taskId: TaskId, placement: Placement | null): Promise<boolean> {
  // What is refused is said above the text field: models are told what was not put away.
  return (
    (await attempt(
      ask()
        .placeAnswer(taskId, placement)
        .then(() => true),
    )) ?? false
  );
}

function show(reading: Reading): void {
  useStore.setState({ reading, away: null });
  const id = reading.queue[reading.at];
  if (id !== undefined) actions.showTask(id);
  // The bar has the focus, so that one key goes on.
  useStore.setState({ focusComposer: false, page: "chat" });
}

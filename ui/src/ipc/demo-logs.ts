// What happened to tasks of the demo that needed more than one attempt.
import { attemptOf } from "./fake-rows";
import type { Attempt, Event, Task, TaskId, TaskLog } from "./types";

const KEPT =
  "Three tenders, and each one leaves out something else. Brandt does not name the buffer tank, and says nothing of the electrical work. Nordkai has both, but";

/** The log of a task that Meanwhile was closed under, and that was answered the second time. */
export function logsOf(tasks: Task[]): Record<TaskId, TaskLog> {
  return Object.fromEntries(tasks.filter(({ attempt }) => attempt === 2).map((task) => [task.id, twoAttempts(task)]));
}

function twoAttempts(task: Task): TaskLog {
  const { id: task_id, conversation_id, model, usage, ownership } = task;
  const begun = Date.parse(task.started_at ?? task.created_at);
  const after = (seconds: number) => new Date(begun + seconds * 1_000).toISOString();
  const error = {
    code: "interrupted",
    message: "Meanwhile was closed or restarted while this was being answered.",
    hint: "The text so far is kept. It goes on from there by itself.",
    retryable: true,
  };
  const at = (seq: number, seconds: number) => ({ seq, at: after(seconds), task_id, conversation_id });
  const events: Event[] = [
    { ...at(1, 0), kind: "queued", lane: "background", ownership },
    { ...at(2, 0), kind: "started", attempt: 1, model },
    { ...at(3, 42), kind: "attempt_ended", attempt: 1, end: "interrupted", error, usage },
    { ...at(4, 42), kind: "requeued", reason: "restarted", due_at: null },
    { ...at(5, 60), kind: "started", attempt: 2, model },
    { ...at(6, 190), kind: "attempt_ended", attempt: 2, end: "complete", error: null, usage },
    { ...at(7, 190), kind: "completed", finish_reason: "stop", message_id: "msg_1" },
    { ...at(8, 191), kind: "delivered", channel: "inbox" },
    { ...at(9, 191), kind: "not_delivered", channel: "native", error: "this desktop shows no notices" },
  ];
  const attempts: Attempt[] = [
    attemptOf(task, { number: 1, end: "interrupted", ended_at: after(42), error, kept_text: KEPT }),
    attemptOf(task, { started_at: after(60) }),
  ];
  return { events, attempts };
}

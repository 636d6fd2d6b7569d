// What is said about the tasks that an agent started for parts of its work. Pure.
import { sentence } from "../components/sentence";
import type { ChildTask, Task } from "../ipc/types";

/** `3 of 5 parts done, 1 failed, 1 needs you`. */
export function childrenWords({ children }: Pick<Task, "children">): string {
  const count = (...states: ChildTask["state"][]) => children.filter(({ state }) => states.includes(state)).length;
  const failed = count("failed");
  const waiting = count("waiting");
  return [
    `${count("completed")} of ${children.length} parts done`,
    failed > 0 && `${failed} failed`,
    waiting > 0 && `${waiting} ${waiting === 1 ? "needs" : "need"} you`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** How one of them stands: `Running`, `Needs you`, `Failed. The model is gone.` */
export function childLine({ state, reason, approvals, error }: ChildTask): string {
  switch (state) {
    case "queued":
      return reason === "children" ? "Waits for the other parts" : "Queued";
    case "running":
      return "Running";
    case "waiting":
      if (reason === "question") return "Asks you";
      return approvals > 0 ? "Wants your yes" : "Needs you";
    case "paused":
      return "Paused";
    case "completed":
      return "Done";
    case "failed":
      return `Failed. ${sentence(error?.message)}`.trim();
    case "cancelled":
      return "Stopped";
    default:
      return state satisfies never;
  }
}

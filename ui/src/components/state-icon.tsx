import type { Task } from "../ipc/types";
import { Icon, type IconName } from "./icon";
import "./state-icon.css";

/** Silence on a running task that is worth a word. */
export const SILENT_AFTER_MS = 15_000;

interface StateIconProps {
  task: Pick<Task, "state">;
  /** With `lastEventAt`, tells whether a running task has gone silent. Both in milliseconds. */
  now?: number | undefined;
  lastEventAt?: number | undefined;
  beat?: number | undefined;
}

/** The state as a shape; the row beside it says the same in words. */
export function StateIcon({ task, now, lastEventAt, beat }: StateIconProps) {
  const silent = task.state === "running" && isSilent(now, lastEventAt);
  const name = silent ? "rest" : shapeOf(task.state);
  return (
    <span className={`state-icon state-${silent ? "silent" : task.state}`}>
      <Icon name={name} beat={beat} />
    </span>
  );
}

/** The state in one word, for places without room for its reason. */
export function stateWord(state: Task["state"]): string {
  switch (state) {
    case "queued":
      return "Queued";
    case "running":
      return "Running";
    case "waiting":
      return "Needs you";
    case "paused":
      return "Paused";
    case "completed":
      return "Done";
    case "failed":
      return "Failed";
    case "cancelled":
      return "Cancelled";
    default: {
      const unknown: never = state;
      return unknown;
    }
  }
}

/** True once nothing was heard of a running task for a while. */
export function isSilent(now: number | undefined, lastEventAt: number | undefined): boolean {
  return now !== undefined && lastEventAt !== undefined && now - lastEventAt >= SILENT_AFTER_MS;
}

function shapeOf(state: Task["state"]): IconName {
  switch (state) {
    case "queued":
      return "circle-dashed";
    case "running":
      return "run";
    case "waiting":
      return "ask";
    case "paused":
      return "circle-pause";
    case "completed":
      return "circle-check";
    case "failed":
      return "octagon-x";
    case "cancelled":
      return "circle-minus";
    default: {
      const unknown: never = state;
      return unknown;
    }
  }
}

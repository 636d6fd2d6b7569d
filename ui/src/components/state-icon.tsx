import type { RefCallback } from "react";
import type { Task } from "../ipc/types";
import { Icon, type IconName } from "./icon";
import "./state-icon.css";

interface StateIconProps {
  task: Pick<Task, "state">;
  /** A running task that has gone silent: the ring rests. */
  isSilent?: boolean;
  /** A waiting task that asks nobody: its moment comes. */
  isForLater?: boolean;
  /** Turns the ring with what arrives. */
  ring?: RefCallback<HTMLElement> | undefined;
}

/** The state as a shape; the row beside it says the same in words. */
export function StateIcon({ task, isSilent, isForLater, ring }: StateIconProps) {
  const kind = isSilent ? "silent" : isForLater ? "later" : task.state;
  return (
    <span ref={ring} className={`state-icon state-${kind}`}>
      <Icon name={isSilent ? "rest" : isForLater ? "clock" : shapeOf(task.state)} />
    </span>
  );
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

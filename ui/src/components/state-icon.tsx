import type { RefCallback } from "react";
import type { Task } from "../ipc/types";
import { Icon, type IconName } from "./icon";
import "./state-icon.css";

interface StateIconProps {
  task: Pick<Task, "state">;
  /** A running task that has gone silent: the ring rests. */
  isSilent?: boolean;
  /** Turns the ring with what arrives. */
  ring?: RefCallback<HTMLElement> | undefined;
}

/** The state as a shape; the row beside it says the same in words. */
export function StateIcon({ task, isSilent, ring }: StateIconProps) {
  return (
    <span ref={ring} className={`state-icon state-${isSilent ? "silent" : task.state}`}>
      <Icon name={isSilent ? "rest" : shapeOf(task.state)} />
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

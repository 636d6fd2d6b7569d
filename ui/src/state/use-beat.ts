import { useEffect, useState } from "react";
import type { Task, TaskId } from "../ipc/types";
import { lastActivityAt, onActivity } from "./activity";
import { useStore } from "./store";

/** At most four steps a second, however fast events arrive. */
const STEP_MS = 250;

/** A number that grows with what arrives about a task, for the ring that turns with it. */
export function useBeat(taskId: TaskId): number {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    let last = 0;
    return onActivity(taskId, () => {
      const now = Date.now();
      if (now - last < STEP_MS || document.visibilityState === "hidden") return;
      last = now;
      setBeat((steps) => steps + 1);
    });
  }, [taskId]);
  return beat;
}

/** The beat of a task, and when it was last heard of; `undefined` where silence would not be noticed. */
export function useSigns(task: Task): { beat: number; lastEventAt: number | undefined } {
  const beat = useBeat(task.id);
  // Text travels for the open chat only, so elsewhere nothing heard does not mean silence.
  const isHeard = useStore((state) => state.openConversation === task.conversation_id);
  const isRunning = task.state === "running";
  return { beat, lastEventAt: isRunning && isHeard ? (lastActivityAt(task.id) ?? undefined) : undefined };
}

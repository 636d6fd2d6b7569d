import { useEffect, useState } from "react";
import { wordsOf } from "../components/use-answer";
import type { Call, Task } from "../ipc/types";
import { actions } from "../state/actions";

/** Everything the agent of a task had done, once somebody wants to see it, and again when the task goes on. */
export function useCalls(task: Task, isWanted: boolean): { calls: Call[] | null; error: string | null } {
  const [calls, setCalls] = useState<Call[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the head says that there is more.
  useEffect(() => {
    if (!isWanted) return;
    let isOver = false;
    actions.calls(task.id).then(
      (read) => {
        if (isOver) return;
        setCalls(read);
        setError(null);
      },
      (problem) => !isOver && setError(wordsOf(problem)),
    );
    return () => {
      isOver = true;
    };
  }, [task.id, task.head, isWanted]);
  return { calls, error };
}

import { useState } from "react";
import { Button } from "../../components/button";
import { isSilent, StateIcon } from "../../components/state-icon";
import { elapsed, useNow } from "../../components/time";
import type { Task } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { lastActivityAt } from "../../state/activity";
import { useBeat } from "../../state/use-beat";
import { queuedWords } from "./words";

/** The answer that is arriving, with the two ways out side by side. Its own line, so that the composer never jumps. */
export function LiveBar({ task }: { task: Task }) {
  const now = useNow(true);
  const beat = useBeat(task.id);
  const [isStopping, setIsStopping] = useState(false);
  const lastEventAt = lastActivityAt(task.id) ?? undefined;
  const stop = () => {
    setIsStopping(true);
    void actions.stop(task.id).finally(() => setIsStopping(false));
  };
  return (
    <div className="live-bar">
      <StateIcon task={task} now={now} lastEventAt={lastEventAt} beat={beat} />
      <p className="live-words">
        {isStopping ? "Stopping" : headWord(task)} <span className="meta num">{detail(task, now, lastEventAt)}</span>
      </p>
      <Button small icon="square" keys={keysOf("stop")} disabled={isStopping} onClick={stop}>
        Stop
      </Button>
      <Button small kind="mean" icon="mean" keys={keysOf("detach")} onClick={() => void actions.detach(task.id)}>
        Continue in background
      </Button>
    </div>
  );
}

function headWord(task: Task): string {
  if (task.state === "queued") return task.reason ? "Queued" : "Starting";
  return task.attempt > 1 ? `Answering, attempt ${task.attempt}` : "Answering";
}

function detail(task: Task, now: number, lastEventAt: number | undefined): string {
  const why = task.state === "queued" ? queuedWords(task) : null;
  if (why) return why;
  if (task.state === "running" && lastEventAt !== undefined && isSilent(now, lastEventAt)) {
    return `Silent for ${elapsed(now - lastEventAt)}, still connected`;
  }
  return elapsed(now - Date.parse(task.started_at ?? task.created_at));
}

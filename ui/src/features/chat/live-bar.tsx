import { useState } from "react";
import { Button } from "../../components/button";
import { StateIcon } from "../../components/state-icon";
import { elapsed, useNow } from "../../components/time";
import { t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { silentSince, useRing } from "../../state/activity";
import { atWork } from "../../state/agent-words";
import { useStore } from "../../state/store";
import { awaitedMs, canTryNow, partWords, placesFor, queuedWords, silentWords } from "../../state/task-words";
import { TryNow } from "./try-now";

/** The answer that is arriving, with the two ways out side by side. Its own line, so that the composer never jumps. */
export function LiveBar({ task }: { task: Task }) {
  const now = useNow(true);
  const ring = useRing(task);
  const places = useStore((state) => placesFor(task, state.settings));
  const [isStopping, setIsStopping] = useState(false);
  const isThinking = useStore((state) => state.thinking[task.id]?.isOver === false);
  const silent = silentWords(now, silentSince(task));
  const stop = () => {
    setIsStopping(true);
    void actions.stop(task.id).finally(() => setIsStopping(false));
  };
  return (
    <div className="live-bar">
      <StateIcon task={task} isSilent={silent !== null} ring={ring} />
      <p className="live-words">
        {isStopping ? t("Stopping") : headWord(task, isThinking)}{" "}
        <span className="meta num">{why(task, now, places) ?? silent ?? elapsed(awaitedMs(task, now))}</span>
      </p>
      {canTryNow(task) && <TryNow task={task} />}
      <Button small icon="square" keys={keysOf("stop")} disabled={isStopping} onClick={stop}>
        {t("Stop")}
      </Button>
      <Button small kind="mean" icon="mean" keys={keysOf("detach")} onClick={() => void actions.detach(task.id)}>
        {t("Continue in background")}
      </Button>
    </div>
  );
}

function headWord(task: Task, isThinking: boolean): string {
  if (task.state === "queued") return task.reason ? t("Queued") : t("Starting");
  if (task.agent !== null) return [task.agent, atWork(task)].filter(Boolean).join(", ");
  if (isThinking) return t("Thinking");
  const part = partWords(task);
  if (part) return part;
  return task.attempt > 1 ? t("Answering, attempt {n}", { n: task.attempt }) : t("Answering");
}

function why(task: Task, now: number, places: number): string | null {
  return task.state === "queued" ? queuedWords(task, now, places) : null;
}

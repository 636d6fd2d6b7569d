import { useEffect, useRef, useState } from "react";
import { IconButton } from "../../components/button";
import { useNow } from "../../components/time";
import { t } from "../../i18n";
import type { Task, TaskId } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { longAnswer, whileStreaming } from "../../state/offer-words";
import { useStore } from "../../state/store";
import { workedMs } from "../../state/task-words";
import "./offers.css";

/** When an answer of which nothing was known counts as a long one. */
const LONG_MS = 30_000;

/** The tasks for which the user wants to hear no more of it, while this window is open. */
const declined = new Set<TaskId>();

/** A word about the background beside an answer that streams: where it takes a while, and for the rest once. */
export function LiveOffer({ task }: { task: Task }) {
  const now = useNow(true);
  const offers = useStore((state) => state.settings.offers);
  const [isDeclined, setDeclined] = useState(() => declined.has(task.id));
  const worked = workedMs(task, now) ?? 0;
  const isHint = task.tier === "inline" && !offers.hint_seen && worked >= LONG_MS;
  const isShown = task.state === "running" && !offers.never && !isDeclined && (task.tier === "detach" || isHint);

  const wasHinted = useRef(false);
  wasHinted.current = isShown && isHint;
  useEffect(
    () => () => {
      // Who follows the hint has read it.
      if (wasHinted.current && useStore.getState().tasks[task.id]?.lane === "background") learned();
    },
    [task.id],
  );
  if (!isShown) return null;
  return (
    <div className="live-offer">
      <p className="grow" role="status">
        {isHint ? longAnswer(keysOf("detach")) : whileStreaming(task, worked)}
      </p>
      <IconButton
        icon="x"
        label={isHint ? t("Do not say this again") : t("Not for this answer")}
        onClick={() => {
          declined.add(task.id);
          setDeclined(true);
          if (isHint) learned();
        }}
      />
    </div>
  );
}

function learned() {
  const { offers } = useStore.getState().settings;
  void actions.saveSettings({ offers: { ...offers, hint_seen: true } });
}

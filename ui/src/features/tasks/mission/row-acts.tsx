import { Button } from "../../../components/button";
import { t } from "../../../i18n";
import type { Task } from "../../../ipc/types";
import { ChooseModel } from "../../../providers/choose-model";
import { actions } from "../../../state/actions";
import { canHandOver, isActive, isFinal, providerName } from "../../../state/task-words";
import { goToRow } from "./go-to-row";
import { toggleOpen } from "./looked-at";
import { nextUnread, useSelection } from "./selection";

/** What can be done with a task whose details are open, in words. */
export function RowActs({ task, onView }: { task: Task; onView: () => void }) {
  const next = useSelection((state) => nextUnread(state, task.id));
  return (
    <div className="mission-acts">
      {isOfKey(task) && (
        <Button small kind="main" onClick={() => actions.enterKey(providerName(task.model))}>
          {t("Change the key for {provider}", { provider: providerName(task.model) })}
        </Button>
      )}
      <Button small icon="message-square" title={t("Read all of it, or go on by hand")} onClick={onView}>
        {t("Open its chat")}
      </Button>
      {isActive(task) && task.lane === "background" && (
        <Button small icon="pause" onClick={() => void actions.pause(task.id)}>
          {t("Pause")}
        </Button>
      )}
      {isActive(task) && (
        <Button small icon="square" onClick={() => void actions.stop(task.id)}>
          {t("Stop")}
        </Button>
      )}
      {isFinal(task) && (
        <>
          <Button small icon="rotate-ccw" onClick={() => void actions.retry(task.id, "background")}>
            {task.state === "completed" ? t("Do it again") : t("Retry")}
          </Button>
          <ChooseModel
            label={t("Who does it again")}
            chosen={task.model}
            wantsOther
            onChoose={(id) => void actions.retry(task.id, "background", id)}
            trigger={<Button small>{t("Retry with another model")}</Button>}
          />
        </>
      )}
      {task.state === "waiting" && canHandOver(task) && (
        <ChooseModel
          label={t("Who goes on")}
          chosen={task.model}
          wantsOther
          onChoose={(id) => void actions.resume(task.id, id)}
          trigger={<Button small>{t("Continue with another model")}</Button>}
        />
      )}
      <Button small kind="quiet" icon="pin" onClick={() => void actions.pin(task, !task.pinned)}>
        {task.pinned ? t("Unpin") : t("Pin")}
      </Button>
      {isFinal(task) && next && (
        <Button small kind="quiet" icon="arrow-down" onClick={() => goOn(task, next)}>
          {t("Next new result")}
        </Button>
      )}
    </div>
  );
}

/** It failed for want of a key that the provider takes. */
function isOfKey({ state, error }: Task): boolean {
  return state === "failed" && (error?.code === "unauthorized" || error?.code === "key_missing");
}

/** This one was read: closes it and opens the next, which counts as seen then. */
function goOn(task: Task, next: Task): void {
  toggleOpen(task.id);
  actions.markSeen(next.id);
  goToRow({ task_id: next.id, conversation_id: next.conversation_id });
}

import { useRef } from "react";
import { Button } from "../../components/button";
import { t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { ChooseModel } from "../../providers/choose-model";
import { actions } from "../../state/actions";
import { focusComposer } from "./use-composer-focus";

/** Has another model go on with what this one cannot finish. */
export function HandOver({ task }: { task: Task }) {
  const isChosen = useRef(false);
  return (
    <ChooseModel
      label={t("Who goes on")}
      chosen={task.model}
      wantsOther
      onChoose={(id) => {
        isChosen.current = true;
        void actions.resume(task.id, id);
      }}
      // The button goes with what it offered.
      onClosed={() => {
        if (isChosen.current) focusComposer();
        return isChosen.current;
      }}
      trigger={<Button small>{t("Continue with another model")}</Button>}
    />
  );
}

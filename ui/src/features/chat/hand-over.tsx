import { useRef } from "react";
import { Button } from "../../components/button";
import type { Task } from "../../ipc/types";
import { ChooseModel } from "../../providers/choose-model";
import { actions } from "../../state/actions";
import { focusComposer } from "./use-composer-focus";

/** Has another model go on with what this one cannot finish. */
export function HandOver({ task }: { task: Task }) {
  const isChosen = useRef(false);
  return (
    <ChooseModel
      label="Who goes on"
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
      trigger={<Button small>Continue with another model</Button>}
    />
  );
}

import { Button } from "../../components/button";
import type { Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { ChooseModel } from "./choose-model";

/** Has another model go on with what this one cannot finish. */
export function HandOver({ task }: { task: Task }) {
  return (
    <ChooseModel
      label="Who goes on"
      chosen={task.model}
      onChoose={(id) => void actions.resume(task.id, id)}
      trigger={<Button small>Continue with another model</Button>}
    />
  );
}

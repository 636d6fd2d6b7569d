import { t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { ChooseModel } from "../../providers/choose-model";
import { actions } from "../../state/actions";
import { ActButton } from "./act-button";

/** Answers the same prompt again with a model of one's choice; the chat keeps its own. */
export function OtherModel({ task }: { task: Task }) {
  return (
    <ChooseModel
      label={t("Who answers again")}
      chosen={task.model}
      onChoose={(id) => void actions.retry(task.id, "interactive", id)}
      trigger={<ActButton icon="chevron-down" label={t("Answer again with another model")} />}
    />
  );
}

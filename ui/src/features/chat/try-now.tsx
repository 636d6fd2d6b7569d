import { Button } from "../../components/button";
import { t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { tryNowWarning } from "../../state/task-words";

/** For whoever cannot wait until a task is tried by itself. */
export function TryNow({ task }: { task: Task }) {
  return (
    <Button small title={tryNowWarning(task)} onClick={() => void actions.resume(task.id)}>
      {t("Try now")}
    </Button>
  );
}

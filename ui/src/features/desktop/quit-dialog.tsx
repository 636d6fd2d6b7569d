import { useMemo, useState } from "react";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Note } from "../../components/note";
import { StateIcon } from "../../components/state-icon";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { isActive } from "../../state/task-words";
import "./quit-dialog.css";

const NAMED = 5;

/** Asked when quitting would interrupt something, with the names of it. */
export function QuitDialog() {
  const tasks = useStore((state) => state.tasks);
  const summary = useStore((state) => state.summary);
  const [problem, setProblem] = useState<string | null>(null);
  const working = useMemo(
    () => Object.values(tasks).filter((task) => isActive(task) && task.parent_id === null),
    [tasks],
  );
  const count = Math.max(working.length, summary.working + summary.interactive);
  const isWatched = working.some((task) => task.lane === "interactive");

  const run = async (act: () => Promise<unknown>) => {
    try {
      await act();
      actions.closeDialog();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <Dialog
      open
      onClose={actions.closeDialog}
      title={t("{n, plural, one {# task is still working.} other {# tasks are still working.}}", { n: count })}
      actions={
        <>
          <Button kind="quiet" onClick={actions.closeDialog}>
            {t("Stay here")}
          </Button>
          <Button onClick={() => void run(() => actions.closeChoice(false))}>{t("Close the window")}</Button>
          <Button kind="main" onClick={() => void run(() => actions.quit(true))}>
            {t("Quit, resume later")}
          </Button>
        </>
      }
    >
      <p>
        {[
          t("When you quit, running answers are cut and go on from there at the next start."),
          isWatched && t("One that you are watching waits until you let it continue."),
          t("When only the window is closed, they run on."),
        ]
          .filter(Boolean)
          .join(" ")}
      </p>
      {working.length > 0 && (
        <ul className="quit-tasks">
          {working.slice(0, NAMED).map((task) => (
            <li key={task.id}>
              <StateIcon task={task} />
              <span className="clip">{task.title}</span>
            </li>
          ))}
          {count > NAMED && (
            <li className="meta">{t("and {n} more", { n: count - Math.min(NAMED, working.length) })}</li>
          )}
        </ul>
      )}
      {problem && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem}
        </Note>
      )}
    </Dialog>
  );
}

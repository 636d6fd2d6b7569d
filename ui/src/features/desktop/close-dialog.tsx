import { useState } from "react";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Note } from "../../components/note";
import { useAnswer, wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";

/** Said once, when the window is closed for the first time. */
export function CloseDialog() {
  const working = useStore((state) => state.summary.working + state.summary.interactive);
  const status = useAnswer(actions.desktopStatus);
  const [problem, setProblem] = useState<string | null>(null);
  const hasTray = status.value?.tray ?? true;

  const choose = async (quit: boolean) => {
    try {
      await actions.closeChoice(quit);
      actions.closeDialog();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <Dialog
      open
      onClose={actions.closeDialog}
      title={hasTray ? t("Meanwhile keeps working in the tray.") : t("Meanwhile keeps working without a window.")}
      actions={
        <>
          <Button onClick={() => void choose(true)}>{t("Quit when I close instead")}</Button>
          <Button kind="main" onClick={() => void choose(false)}>
            {t("OK")}
          </Button>
        </>
      }
    >
      <p>
        {working > 0 && `${t("{n, plural, one {# task goes on.} other {# tasks go on.}}", { n: working })} `}
        {hasTray
          ? t("The icon in the tray brings the window back, and quits.")
          : t(
              "No tray was found on this desktop. Start Meanwhile again to get the window back, and quit with {keys} in the window.",
              { keys: keysOf("quit") },
            )}
      </p>
      <p className="meta">{t("You can change this in the settings.")}</p>
      {problem && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem}
        </Note>
      )}
    </Dialog>
  );
}

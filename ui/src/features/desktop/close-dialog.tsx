import { useState } from "react";
import { Button } from "../../components/button";
import { counted } from "../../components/counted";
import { Dialog } from "../../components/dialog";
import { Note } from "../../components/note";
import { useAnswer, wordsOf } from "../../components/use-answer";
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
      title={hasTray ? "Meanwhile keeps working in the tray." : "Meanwhile keeps working without a window."}
      actions={
        <>
          <Button onClick={() => void choose(true)}>Quit when I close instead</Button>
          <Button kind="main" onClick={() => void choose(false)}>
            OK
          </Button>
        </>
      }
    >
      <p>
        {working > 0 && `${counted(working, "task")} ${working === 1 ? "goes" : "go"} on. `}
        {hasTray
          ? "The icon in the tray brings the window back, and quits."
          : `No tray was found on this desktop. Start Meanwhile again to get the window back, and quit with ${keysOf("quit")} in the window.`}
      </p>
      <p className="meta">You can change this in the settings.</p>
      {problem && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem}
        </Note>
      )}
    </Dialog>
  );
}

import { useShortcut } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { CloseDialog } from "./close-dialog";
import { QuitDialog } from "./quit-dialog";

/** What the desktop around the window has to ask: what closing means, and whether to quit. */
export function DesktopDialogs() {
  const dialog = useStore((state) => state.dialog);
  useShortcut("quit", () => {
    void actions.askQuit();
    return true;
  });
  useShortcut("close-window", () => {
    void actions.closeWindow();
    return true;
  });
  return (
    <>
      {dialog === "close" && <CloseDialog />}
      {dialog === "quit" && <QuitDialog />}
    </>
  );
}

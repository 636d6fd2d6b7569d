import { toast } from "../../components/toast";
import type { Task } from "../../ipc/types";
import { useShortcut } from "../../keys/registry";
import { actions } from "../../state/actions";
import { type State, shownTask, useStore } from "../../state/store";
import { isFinal } from "../../state/task-words";
import { lastCodeOf } from "../../stream/texts";
import { liveTask } from "./live-task";

/** Shortcuts that act on the open chat. */
export function useChatShortcuts(isEscFree: boolean): void {
  useShortcut("stop", () => {
    const live = liveTask(useStore.getState());
    if (!live || !isEscFree || !isInChat()) return false;
    void actions.stop(live.id);
    return true;
  });
  useShortcut("detach", () => {
    const live = liveTask(useStore.getState());
    if (live) void actions.detach(live.id);
    return true;
  });
  useShortcut("regenerate", () => {
    const last = lastTask(useStore.getState());
    if (last && isFinal(last)) void actions.retry(last.id, "interactive");
    // Without a meaning here it must still not reload the page.
    return true;
  });
  useShortcut("copy-reply", () => {
    const last = lastTask(useStore.getState());
    if (last) void actions.copyAnswer(last.id).then((done) => done && toast({ text: "Answer copied.", icon: "copy" }));
    return true;
  });
  useShortcut("copy-code", () => {
    const code = lastCode(useStore.getState());
    if (code) void actions.copyText(code).then((done) => done && toast({ text: "Code copied.", icon: "copy" }));
    return true;
  });
  useShortcut("focus-composer", () => {
    document.querySelector<HTMLTextAreaElement>("#composer")?.focus();
    return true;
  });
  useShortcut("delete-chat", () => {
    const { openConversation } = useStore.getState();
    if (openConversation === null) return false;
    void actions.deleteConversation(openConversation);
    return true;
  });
}

function lastTask(state: State): Task | undefined {
  const turn = state.thread?.turns.at(-1);
  return turn && shownTask(state, turn);
}

function lastCode(state: State): string | null {
  for (const turn of [...(state.thread?.turns ?? [])].reverse()) {
    const task = shownTask(state, turn);
    const code = task && lastCodeOf(task.id);
    if (code) return code;
  }
  return null;
}

/** Esc in a list keeps its own meaning there. */
function isInChat(): boolean {
  const focused = document.activeElement;
  return !focused || focused === document.body || focused.closest("#chat") !== null;
}

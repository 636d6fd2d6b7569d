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
  const live = () => liveTask(useStore.getState());
  const last = () => lastTask(useStore.getState());
  useShortcut(
    "stop",
    () => {
      const running = live();
      if (!running || !isEscFree || !isInChat()) return false;
      void actions.stop(running.id);
      return true;
    },
    () => live() !== null,
  );
  useShortcut(
    "detach",
    () => {
      const running = live();
      if (running) void actions.detach(running.id);
      return true;
    },
    () => live() !== null,
  );
  useShortcut(
    "regenerate",
    () => {
      const task = last();
      if (task && isFinal(task)) void actions.retry(task.id, "interactive");
      // Without a meaning here it must still not reload the page.
      return true;
    },
    () => {
      const task = last();
      return task !== undefined && isFinal(task);
    },
  );
  useShortcut(
    "copy-reply",
    () => {
      const task = last();
      if (task)
        void actions.copyAnswer(task.id).then((done) => done && toast({ text: "Answer copied.", icon: "copy" }));
      return true;
    },
    () => last() !== undefined,
  );
  useShortcut(
    "copy-code",
    () => {
      const code = lastCode(useStore.getState());
      if (code) void actions.copyText(code).then((done) => done && toast({ text: "Code copied.", icon: "copy" }));
      return true;
    },
    () => lastCode(useStore.getState()) !== null,
  );
  useShortcut("focus-composer", () => {
    document.querySelector<HTMLTextAreaElement>("#composer")?.focus();
    return true;
  });
  useShortcut(
    "delete-chat",
    () => {
      const { openConversation } = useStore.getState();
      if (openConversation === null) return false;
      void actions.deleteConversation(openConversation);
      return true;
    },
    () => useStore.getState().openConversation !== null,
  );
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

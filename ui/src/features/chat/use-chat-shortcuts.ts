import { toast } from "../../components/toast";
import { t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { useShortcut } from "../../keys/registry";
import type { ShortcutId } from "../../keys/shortcuts";
import { actions } from "../../state/actions";
import { shownTask, useStore } from "../../state/store";
import { canTryNow, isFinal, isPausable } from "../../state/task-words";
import { lastCodeOf } from "../../stream/texts";
import { liveTask } from "./live-task";

/** Shortcuts that act on the open chat. */
export function useChatShortcuts(isEscFree: boolean): void {
  useShortcut(
    "stop",
    () => {
      const running = live();
      if (!running || !isEscFree || !isInChat()) return false;
      // It may be far into a job, with parts of it at work: more than a word is lost.
      if (running.agent !== null) toast({ text: t("Esc does not stop an agent. Use Stop."), icon: "info" });
      else void actions.stop(running.id);
      return true;
    },
    () => live() !== null,
  );
  useTarget("detach", live, (task) => void actions.detach(task.id));
  useTarget("pause", lastOf(isPausable), (task) => void actions.pause(task.id));
  useTarget("resume", lastOf(isAside), (task) => void actions.resume(task.id));
  // Without a meaning here it must still not reload the page.
  useTarget("regenerate", lastFinal, (task) => void actions.retry(task.id, "interactive"));
  useTarget("copy-reply", last, (task) => void actions.copyAnswer(task.id).then(said(t("Answer copied."))));
  useTarget("copy-code", lastCode, (code) => void actions.copyText(code).then(said(t("Code copied."))));
  useTarget("export-chat", opened, (id) => void actions.exportConversation(id, "markdown"));
  useTarget("export-chat-json", opened, (id) => void actions.exportConversation(id, "jsonl"));
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

/** A shortcut for what `find` finds, which can run while there is any. Its keys are ours also when there is none. */
function useTarget<T>(id: ShortcutId, find: () => T | null, act: (target: T) => void): void {
  const handler = () => {
    const target = find();
    if (target !== null) act(target);
    return true;
  };
  useShortcut(id, handler, () => find() !== null);
}

const said = (text: string) => (done: boolean) => done && toast({ text, icon: "copy" });

const opened = () => useStore.getState().openConversation;

const live = () => liveTask(useStore.getState());

const isAside = (task: Task) => task.state === "paused" || task.state === "waiting" || canTryNow(task);

/** The newest task of the open chat of which this is true. */
const lastOf = (fits: (task: Task) => boolean) => (): Task | null => {
  const { thread, tasks } = useStore.getState();
  const ids = (thread?.turns ?? []).flatMap((turn) => turn.tasks);
  return ids.map((id) => tasks[id]).findLast((task) => task !== undefined && fits(task)) ?? null;
};

function last(): Task | null {
  const state = useStore.getState();
  const turn = state.thread?.turns.at(-1);
  return (turn && shownTask(state, turn)) ?? null;
}

function lastFinal(): Task | null {
  const task = last();
  return task && isFinal(task) ? task : null;
}

function lastCode(): string | null {
  const state = useStore.getState();
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

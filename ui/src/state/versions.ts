import { toast } from "../components/toast";
import { t } from "../i18n";
import type { ConversationId, Task, TaskId } from "../ipc/types";
import { ask, step, take } from "./connection";
import { useStore } from "./store";

/** What the parts of the window may do with versions of prompts and answers. */
export const versions = {
  /** Shows this version of a prompt or an answer in the open chat, which goes on from it. */
  showVersion: (taskId: TaskId): Promise<void> => step(shown(taskId)),

  /** Of answers side by side keeps this one; the other stays as a version. */
  keepAnswer: (taskId: TaskId): Promise<void> => step(ask().keepAnswer(taskId)),

  /** Has the next prompt asked of this model too; `null` for one model alone. */
  compareWith(conversationId: ConversationId | null, model: string | null): void {
    useStore.setState((state) => {
      const { [conversationId ?? "new"]: _before, ...rest } = state.compareWith;
      return { compareWith: model === null ? rest : { ...rest, [conversationId ?? "new"]: model } };
    });
  },
};

async function shown(taskId: TaskId): Promise<Task> {
  return (await ask().showTask(taskId)).task;
}

/** Has the branch and the version shown in which a task stands, so that it can be scrolled to. */
export async function putForward(taskId: TaskId): Promise<void> {
  try {
    take(await shown(taskId));
  } catch {
    nothingThere(taskId);
  }
}

/** The same for whoever wanted to read it: what the chat went on from before is told, and can be shown again. */
export async function lookAt(taskId: TaskId): Promise<void> {
  try {
    const { task, instead_of: before } = await ask().showTask(taskId);
    take(task);
    if (before === null) return;
    toast({
      text: t("Another version is shown now, and the chat goes on from it"),
      icon: "info",
      isUndo: true,
      action: { label: t("Undo"), onSelect: () => void putForward(before) },
    });
  } catch {
    nothingThere(taskId);
  }
}

/** The chat is open, and where the task was there is nothing to scroll to. */
function nothingThere(taskId: TaskId) {
  useStore.setState((state) => (state.focusTask === taskId ? { focusTask: null } : {}));
}

import type { ConversationId, TaskId } from "../ipc/types";
import { ask, step, take } from "./connection";
import { useStore } from "./store";

/** What the parts of the window may do with versions of prompts and answers. */
export const versions = {
  /** Shows this version of a prompt or an answer in the open chat, which goes on from it. */
  showVersion: (taskId: TaskId): Promise<void> => step(ask().showTask(taskId)),

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

/** Has the branch and the version shown in which a task stands, so that it can be scrolled to. */
export async function putForward(taskId: TaskId): Promise<void> {
  try {
    take(await ask().showTask(taskId));
  } catch {
    // The chat is open, and where the task was there is nothing to scroll to.
    useStore.setState((state) => (state.focusTask === taskId ? { focusTask: null } : {}));
  }
}

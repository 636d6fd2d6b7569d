// What leaves this window and comes into it: copies, links, and files that the process alone reads and writes.
import { toast } from "../components/toast";
import { t } from "../i18n";
import type { ExportFormat } from "../ipc/client";
import type { ConversationId, TaskId } from "../ipc/types";
import { ask, attempt } from "./connection";

export const transfer = {
  copyAnswer: (taskId: TaskId): Promise<boolean> => didWork(ask().copyAnswer(taskId)),
  copyConversation: (id: ConversationId): Promise<boolean> => didWork(ask().copyConversation(id)),
  copyText: (text: string): Promise<boolean> => didWork(ask().copyText(text)),

  openLink(url: string): void {
    void attempt(ask().openLink(url));
  },

  /** Writes a chat to a file of the user's choice, and says so when it is there. */
  async exportConversation(id: ConversationId, format: ExportFormat): Promise<void> {
    const name = await attempt(ask().exportConversation(id, format));
    if (name !== null) toast({ text: t("Chat exported."), detail: name, icon: "check" });
  },
};

/** Whether a command without an answer was done. */
export async function didWork(command: Promise<void>): Promise<boolean> {
  return (await attempt(command.then(() => true))) ?? false;
}

// What is typed and not sent, kept 300 ms after the last change.
import type { Client } from "../ipc/client";
import type { ConversationId, Draft } from "../ipc/types";

/** What this window typed; newer than what a snapshot says. */
const typed = new Map<ConversationId | null, string>();
const pending = new Map<ConversationId | null, { timer: ReturnType<typeof setTimeout>; save: () => void }>();

export function keepDraft(client: Client, draft: Draft, flush: boolean): void {
  const { conversation_id: conversationId, text } = draft;
  typed.set(conversationId, text);
  const waiting = pending.get(conversationId);
  if (waiting) clearTimeout(waiting.timer);
  const save = () => {
    pending.delete(conversationId);
    // A draft that could not be kept is still on screen, and the next key tries again.
    client.saveDraft(draft).catch(() => undefined);
  };
  if (flush) save();
  else pending.set(conversationId, { timer: setTimeout(save, 300), save });
}

/** Takes away what was typed and attached, because it was sent. */
export function dropDraft(client: Client, conversationId: ConversationId | null): void {
  keepDraft(client, { conversation_id: conversationId, text: "", attachments: [] }, true);
}

/** Keeps everything that is waiting, now: the page is going away. */
export function flushDrafts(): void {
  for (const { timer, save } of [...pending.values()]) {
    clearTimeout(timer);
    save();
  }
}

/** What this window typed in a chat; `undefined` when nothing was typed yet. */
export function typedDraft(conversationId: ConversationId | null): string | undefined {
  return typed.get(conversationId);
}

/** A new line to a process: what was typed before is its business. */
export function forgetDrafts(): void {
  for (const { timer } of pending.values()) clearTimeout(timer);
  pending.clear();
  typed.clear();
}

import type { ConversationId, Lane, SendMessage } from "../../ipc/types";

/** A sample prompt, with the model chosen in the first step. */
export function promptOf(text: string, lane: Lane, conversationId: ConversationId | null): SendMessage {
  return {
    conversation_id: conversationId,
    text: text.trim(),
    lane,
    model: null,
    edit_of: null,
    origin: "window",
    delivery: "parent_mediated",
    idempotency_key: crypto.randomUUID(),
  };
}

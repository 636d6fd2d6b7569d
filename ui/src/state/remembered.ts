import type { ConversationId } from "../ipc/types";

/** The chat to begin with next time, so that the window comes back where it was. */
export function rememberOpen(conversationId: ConversationId | null): void {
  try {
    if (conversationId === null) localStorage.removeItem("conversation");
    else localStorage.setItem("conversation", conversationId);
  } catch {
    // A page without storage starts with a new chat.
  }
}

/** The chat this window showed last. */
export function rememberedConversation(): ConversationId | null {
  try {
    return localStorage.getItem("conversation");
  } catch {
    return null;
  }
}

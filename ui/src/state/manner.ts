import type { ConversationId, Manner } from "../ipc/types";
import { ask } from "./connection";
import { useStore } from "./store";

/** Changes how the models of a chat are asked; a chat that does not exist yet gets it with its first prompt. */
export async function setManner(conversationId: ConversationId | null, manner: Manner): Promise<void> {
  if (conversationId !== null) await ask().setManner(conversationId, manner);
  else useStore.setState({ newManner: isPlain(manner) ? null : manner });
}

const isPlain = ({ system, temperature, max_tokens }: Manner) => !system && temperature === null && max_tokens === null;

// What this window knows from the last time, so that it comes back as it was. A page without storage begins anew.
import type { AgentChoice, ConversationId } from "../ipc/types";

/** As many as stand first in the palette. */
const COMMANDS = 5;

/** The chat to begin with next time; `null` for a new one. */
export function rememberOpen(conversationId: ConversationId | null): void {
  remember("conversation", conversationId);
}

/** The chat this window showed last. */
export function rememberedConversation(): ConversationId | null {
  return remembered("conversation");
}

/** The model chosen for a new chat that does not exist yet; `null` once it was asked. */
export function rememberModel(model: string | null): void {
  remember("new-model", model);
}

/** The one chosen last and not asked yet. */
export function rememberedModel(): string | null {
  return remembered("new-model");
}

/** How large this user wants text. */
export function rememberTextSize(size: string): void {
  remember("text-size", size);
}

/** The size chosen last; `null` for none. */
export function rememberedTextSize(): string | null {
  return remembered("text-size");
}

/** The command chosen last in the palette, and those before it. */
export function rememberCommand(id: string): void {
  const before = rememberedCommands().filter((one) => one !== id);
  remember("commands", [id, ...before].slice(0, COMMANDS).join(" "));
}

/** The newest first. */
export function rememberedCommands(): string[] {
  return (remembered("commands") ?? "").split(" ").filter(Boolean);
}

/** Who works on the prompts of which chats. */
export function rememberAgents(agents: Record<string, AgentChoice | null>): void {
  remember("agents", Object.keys(agents).length === 0 ? null : JSON.stringify(agents));
}

/** The agents chosen last. */
export function rememberedAgents(): Record<string, AgentChoice | null> {
  try {
    const kept: unknown = JSON.parse(remembered("agents") ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Record<string, AgentChoice | null>) : {};
  } catch {
    return {};
  }
}

function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Then there is nothing to come back to.
  }
}

function remembered(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

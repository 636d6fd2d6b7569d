// Where each chat was read last. Kept across windows, because closing one destroys its page.
import type { ConversationId } from "../../ipc/types";
import type { Position } from "./follow-bottom";

const KEPT = 50;

let positions: Map<ConversationId, Position> | null = null;

export function positionOf(conversationId: ConversationId): Position {
  return load().get(conversationId) ?? "end";
}

export function keepPosition(conversationId: ConversationId, position: Position): void {
  const all = load();
  all.delete(conversationId);
  if (position !== "end") all.set(conversationId, position);
  for (const oldest of all.keys()) {
    if (all.size <= KEPT) break;
    all.delete(oldest);
  }
  try {
    localStorage.setItem("positions", JSON.stringify([...all]));
  } catch {
    // Without storage a chat opens at its end.
  }
}

function load(): Map<ConversationId, Position> {
  if (positions) return positions;
  positions = new Map();
  try {
    const kept: unknown = JSON.parse(localStorage.getItem("positions") ?? "[]");
    if (Array.isArray(kept)) {
      for (const pair of kept) if (isPair(pair)) positions.set(pair[0], pair[1]);
    }
  } catch {
    // What cannot be read is forgotten.
  }
  return positions;
}

function isPair(pair: unknown): pair is [string, Position] {
  if (!Array.isArray(pair) || typeof pair[0] !== "string") return false;
  const at: unknown = pair[1];
  return typeof at === "object" && at !== null && "turn" in at && "offset" in at;
}

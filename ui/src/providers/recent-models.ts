import type { State } from "../state/store";

/** The models of the chats, the one used last first. */
export function recentModels({ order, conversations }: Pick<State, "order" | "conversations">): string[] {
  return order.flatMap((id) => conversations[id]?.model ?? []);
}

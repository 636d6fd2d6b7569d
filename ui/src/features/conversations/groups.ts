import type { Conversation } from "../../ipc/types";

export interface ConversationGroup {
  title: "Today" | "Yesterday" | "Earlier";
  conversations: Conversation[];
}

/** The list by the day something was last asked or answered, in the order it came. */
export function groupsByDay(conversations: Conversation[], now: number): ConversationGroup[] {
  const today = startOfDay(now);
  const yesterday = startOfDay(today - 1);
  const groups: ConversationGroup[] = [
    { title: "Today", conversations: [] },
    { title: "Yesterday", conversations: [] },
    { title: "Earlier", conversations: [] },
  ];
  for (const conversation of conversations) {
    const at = Date.parse(conversation.updated_at);
    const group = groups[at >= today ? 0 : at >= yesterday ? 1 : 2];
    group?.conversations.push(conversation);
  }
  return groups.filter((group) => group.conversations.length > 0);
}

function startOfDay(ms: number): number {
  const day = new Date(ms);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

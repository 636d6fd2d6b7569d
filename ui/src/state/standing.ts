// How the tasks of chats stand, for their signs.
import type { ConversationId, Task } from "../ipc/types";
import { needsUser, waitsForTomorrow } from "./task-words";

/** What keeps the tasks of a chat that are not at work: their user, the end of the day, or a pause. */
export type Rest = "asks" | "tomorrow" | "paused";

const rank: Rest[] = ["asks", "tomorrow", "paused"];

/** For each chat in which something rests, what its user should know first. */
export function restsOf(tasks: Record<string, Task>): Record<ConversationId, Rest> {
  const rests: Record<ConversationId, Rest> = {};
  for (const task of Object.values(tasks)) {
    const rest = restOf(task);
    if (rest === null) continue;
    const before = rests[task.conversation_id];
    if (before === undefined || rank.indexOf(rest) < rank.indexOf(before)) rests[task.conversation_id] = rest;
  }
  return rests;
}

function restOf(task: Task): Rest | null {
  if (needsUser(task)) return "asks";
  if (waitsForTomorrow(task)) return "tomorrow";
  return task.state === "paused" ? "paused" : null;
}

// How the tasks stand, counted for badges and signs.
import { useShallow } from "zustand/react/shallow";
import type { ConversationId, Summary, Task } from "../ipc/types";
import { type State, useStore } from "./store";
import { needsUser, waitsForTomorrow } from "./task-words";

/** The counts of the process, of which those that need you are the ones that do not go on by themselves. */
export function useSummary(): Summary {
  return useStore(useShallow(summaryIn));
}

function summaryIn({ summary, tasks, conversations }: State): Summary {
  if (summary.needs_you === 0) return summary;
  // What is in the trash asks for nothing.
  const asking = Object.values(tasks).filter((task) => needsUser(task) && task.conversation_id in conversations);
  return { ...summary, needs_you: asking.length };
}

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

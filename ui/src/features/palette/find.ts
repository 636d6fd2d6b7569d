import type { Conversation, ConversationId, Task, TaskId } from "../../ipc/types";
import { type Shortcut, type ShortcutId, shortcuts } from "../../keys/shortcuts";
import { sections } from "../../state/sections";

export interface Found {
  chats: Conversation[];
  tasks: Task[];
  commands: Shortcut[];
  /** Of the settings. */
  sections: Section[];
}

type Section = (typeof sections)[number];

interface Searched {
  order: ConversationId[];
  conversations: Record<ConversationId, Conversation>;
  tasks: Record<TaskId, Task>;
}

const MOST = { chats: 20, tasks: 10 };
const RECENT = 5;

// They mean something only with a number or for a moment, or open what is open already.
const notListed = new Set(["jump-chat", "undo-delete", "palette", "find-next", "find-previous"]);

/**
 * What fits the letters: every word of the query begins a word of the title, or of what a section of the settings is about.
 * Without a query, what is recent. Commands are found only while they have something to do.
 */
export function findIn(
  { order, conversations, tasks }: Searched,
  query: string,
  canRun: (id: ShortcutId) => boolean,
): Found {
  const wanted = wordsOf(query);
  const chats = order.map((id) => conversations[id]).filter((one): one is Conversation => one !== undefined);
  const commands = shortcuts.filter((one) => !one.local && !notListed.has(one.id) && canRun(one.id));
  if (wanted.length === 0) return { chats: chats.slice(0, RECENT), tasks: [], commands, sections: [] };
  return {
    chats: chats.filter((chat) => fits(chat.title, wanted)).slice(0, MOST.chats),
    tasks: Object.values(tasks)
      .filter((task) => task.lane === "background" && task.parent_id === null && task.conversation_id in conversations)
      .filter((task) => fits(task.title, wanted))
      .sort((a, b) => b.created_at.localeCompare(a.created_at))
      .slice(0, MOST.tasks),
    commands: commands.filter((command) => fits(command.label, wanted)),
    // Those whose name fits first.
    sections: sections
      .filter(({ label, words }) => fits(`Settings ${label} ${words}`, wanted))
      .sort((a, b) => Number(isNamed(b, wanted)) - Number(isNamed(a, wanted))),
  };
}

const isNamed = ({ label }: Section, wanted: string[]) => fits(`Settings ${label}`, wanted);

function fits(title: string, wanted: string[]): boolean {
  const has = wordsOf(title);
  return wanted.every((word) => has.some((one) => one.startsWith(word)));
}

// Accents do not matter for finding: "muller" finds "Müller".
function wordsOf(text: string): string[] {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

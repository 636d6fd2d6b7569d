import { t } from "../../i18n";

import type { Conversation, ConversationId, Task, TaskId } from "../../ipc/types";
import { type Shortcut, type ShortcutId, shortcuts } from "../../keys/shortcuts";
import { sections } from "../../state/sections";
import { isFinal } from "../../state/task-words";
import { fits, wordsOf } from "../../state/words";
import { isFiltered, isKind, read } from "./query";

export interface Found {
  chats: Conversation[];
  tasks: Task[];
  commands: Shortcut[];
  /** Of the settings. */
  sections: Section[];
}

export type Section = (typeof sections)[number];

interface Searched {
  order: ConversationId[];
  conversations: Record<ConversationId, Conversation>;
  tasks: Record<TaskId, Task>;
  /** The commands used last, the newest first. */
  used?: readonly string[];
}

const MOST = { chats: 20, tasks: 10 };
const RECENT = 5;

// They mean something only with a number or for a moment, or open what is open already.
const notListed = new Set(["jump-chat", "undo-delete", "palette", "find-next", "find-previous"]);

/**
 * What fits the letters: every word of the query begins a word of the title, or of what a section of the settings is about.
 * What begins with the query comes first, then what is newest. Without a query, what goes on and what is recent. Commands are
 * found only while they have something to do. With a filter, chats and tasks alone.
 */
export function findIn(
  { order, conversations, tasks, used = [] }: Searched,
  text: string,
  canRun: (id: ShortcutId) => boolean,
): Found {
  const query = read(text);
  const { words } = query;
  const chats = order.map((id) => conversations[id]).filter((one): one is Conversation => one !== undefined);
  const all = Object.values(tasks).filter((task) => task.parent_id === null && task.conversation_id in conversations);
  all.sort((a, b) => b.created_at.localeCompare(a.created_at));
  if (isFiltered(query)) {
    const isOfModel = ({ model }: Task | Conversation) =>
      query.models.every((one) => model?.toLowerCase().includes(one));
    const asked = all.filter((task) => isOfModel(task) && query.kinds.every((kind) => isKind(task, kind)));
    const theirs = new Set(asked.map((task) => task.conversation_id));
    // A chat has no state but being unread: else it is found by its tasks.
    const chat = (one: Conversation) =>
      theirs.has(one.id) || (isOfModel(one) && query.kinds.every((kind) => kind === "unread" && one.unread > 0));
    return {
      chats: ranked(chats.filter(chat), words).slice(0, MOST.chats),
      tasks: ranked(asked, words).slice(0, MOST.chats),
      commands: [],
      sections: [],
    };
  }
  const commands = shortcuts.filter((one) => !one.local && !notListed.has(one.id) && canRun(one.id));
  const away = all.filter((task) => task.lane === "background");
  if (words.length === 0) {
    const goesOn = away.filter((task) => !isFinal(task) || task.unread);
    const lately = used.flatMap((id) => commands.find((one) => one.id === id) ?? []);
    return {
      chats: chats.slice(0, RECENT),
      tasks: goesOn.slice(0, RECENT),
      commands: [...lately, ...commands.filter((one) => !lately.includes(one))],
      sections: [],
    };
  }
  return {
    chats: ranked(chats, words).slice(0, MOST.chats),
    tasks: ranked(away, words).slice(0, MOST.tasks),
    commands: commands.filter((command) => fits(command.label, words)),
    // Those whose name fits first.
    sections: sections
      .filter(({ label, words: about }) => fits(`${t("Settings")} ${label} ${about}`, words))
      .sort((a, b) => Number(isNamed(b, words)) - Number(isNamed(a, words))),
  };
}

const isNamed = ({ label }: Section, wanted: string[]) => fits(`${t("Settings")} ${label}`, wanted);

// Rows never change, and their words are looked through with every letter that is typed.
const known = new WeakMap<object, string[]>();

/** Those that fit, in their order, but those whose title begins with the words first. */
function ranked<T extends { title: string }>(rows: readonly T[], wanted: readonly string[]): T[] {
  const first: T[] = [];
  const rest: T[] = [];
  for (const row of rows) {
    let has = known.get(row);
    if (!has) {
      has = wordsOf(row.title);
      known.set(row, has);
    }
    if (!wanted.every((word) => has.some((one) => one.startsWith(word)))) continue;
    (wanted.every((word, at) => has[at]?.startsWith(word)) ? first : rest).push(row);
  }
  return [...first, ...rest];
}

import { create } from "zustand";
import type {
  AgentChoice,
  Away,
  CommandError,
  Conversation,
  ConversationId,
  Manner,
  Model,
  Models,
  ProviderKind,
  Settings,
  Stretch,
  Summary,
  Task,
  TaskId,
  Version,
} from "../ipc/types";
import type { Asking } from "./approvals";
import type { FileEntry } from "./files";
import type { Reading } from "./reading";
import type { SectionId } from "./sections";
import { providerName } from "./task-words";
import type { TextSize } from "./text-size";

export type Page = "chat" | "mission" | "settings" | "usage" | "audit" | "welcome";

/** One place in the open conversation: a prompt and the answers to it, of which the one put forward last is shown. */
export interface TurnState {
  number: number;
  tasks: TaskId[];
  /** The versions of the prompt, oldest first; empty when it was never edited. */
  versions: Version[];
}

export interface ThreadState {
  conversationId: ConversationId;
  /** Where the turns of the branch that is shown stand. */
  path: Stretch[];
  turns: TurnState[];
  hasEarlier: boolean;
  /** What was typed here when the thread was loaded; the composer owns it from then on. */
  draft: string;
}

/** A model that thinks aloud. */
export interface Thinking {
  /** Unix milliseconds; `null` when that was not seen. */
  since: number | null;
  /** Its answer has begun. */
  isOver: boolean;
}

/** What the window shows. The texts of answers are not here: `stream/texts.ts` owns them and their DOM. */
export interface State {
  connection: "loading" | "live" | "lost";
  summary: Summary;
  conversations: Record<ConversationId, Conversation>;
  /** Ids outside the trash, most recently used first. */
  order: ConversationId[];
  tasks: Record<TaskId, Task>;
  /** The running tasks of the open chat whose models think aloud. */
  thinking: Record<TaskId, Thinking>;
  /** `null` for a new chat, and until the first frame of a conversation is there. */
  thread: ThreadState | null;
  openConversation: ConversationId | null;
  newDraft: string;
  /** The files of composers, by conversation id or `"new"`. */
  attached: Record<string, FileEntry[]>;
  /** How a chat that does not exist yet will have its models asked; `null` for as they are. */
  newManner: Manner | null;
  settings: Settings;

  page: Page;
  textSize: TextSize;
  listOpen: boolean;
  tasksOpen: boolean;
  paletteOpen: boolean;
  shortcutsOpen: boolean;
  /** The field for a new background task, in mission control. */
  newTaskOpen: boolean;
  /** A question of the shell: what closing does, or whether to quit. */
  dialog: "close" | "quit" | null;
  /** The row marked in the list of tasks. */
  selectedTask: TaskId | null;
  /** The row to unfold, taken away once that happened. */
  unfoldTask: TaskId | null;
  /** The turn to scroll to, taken away once that happened. */
  focusTask: TaskId | null;
  /** Words to show in that turn, taken away once that happened; `null` for the turn as a whole. */
  focusWords: { words: string; isPrompt: boolean } | null;
  /** The task just begun from here, to be followed; taken away once the thread did. */
  sentTask: TaskId | null;
  /** The text field should take the focus; taken away once it had its chance. */
  focusComposer: boolean;
  /** The section of the settings to go to; taken away once they did. */
  wantedSection: SectionId | null;
  /** The provider whose key the settings should ask for; taken away once they did. */
  keyFor: string | null;
  /** `null` until a picker asked for them. */
  models: Models | null;
  isAskingModels: boolean;
  /** When the providers were asked last, in milliseconds; 0 for never. */
  modelsAskedAt: number;
  /** The kinds of the providers, by name, as far as anybody asked. */
  kinds: Record<string, ProviderKind>;
  /** The model picked in a composer and not yet sent with, by conversation id or `"new"`. */
  pickedModel: Record<string, string>;
  /** The second model that the next prompt of a composer is asked of, by conversation id or `"new"`. */
  compareWith: Record<string, string>;
  /** Who was chosen to work on the next prompt of a composer, by conversation id or `"new"`; `null` for a model alone. */
  agentFor: Record<string, AgentChoice | null>;
  /** What tasks ask, as far as it was read. */
  approvals: Record<TaskId, Asking>;
  /** The task whose question should take the focus; taken away once it did. */
  reviewTask: TaskId | null;
  /** New results that are read one after the other; `null` while none are. */
  reading: Reading | null;
  /** What happened while nobody looked; `null` once it was read or there is nothing. */
  away: Away | null;
  /** A command of the chat that was refused; shown above the composer until the next one. */
  problem: CommandError | null;
}

export const defaultSettings: Settings = {
  theme: "system",
  default_model: null,
  background_model: null,
  favourites: [],
  parallel_tasks: 4,
  provider_tasks: {},
  task_budget: { usd: null, tokens: null, seconds: null },
  day_limit: { usd: null, tokens: null, more: null },
  prices: {},
  silence: {},
  notices: null,
  private_notices: false,
  notice_events: {},
  quiet_hours: { on: false, from: 1_320, to: 420, needs_you_passes: false },
  quick_ask_shortcut: "Alt+Shift+Space",
  shortcuts: {},
  chat_names: "local",
  keep_awake: false,
  start_offered: false,
  quit_on_close: false,
  close_explained: false,
  offers: { never: false, without: [], hint_seen: false },
  welcomed: false,
};

/** Models are asked as they are. */
export const plainManner: Manner = { system: "", temperature: null, max_tokens: null };

export const initialState: State = {
  connection: "loading",
  summary: { working: 0, needs_you: 0, failed: 0, unread: 0, interactive: 0 },
  conversations: {},
  thinking: {},
  order: [],
  tasks: {},
  thread: null,
  openConversation: null,
  newDraft: "",
  attached: {},
  newManner: null,
  settings: defaultSettings,
  page: "chat",
  textSize: "usual",
  listOpen: true,
  tasksOpen: true,
  paletteOpen: false,
  shortcutsOpen: false,
  newTaskOpen: false,
  dialog: null,
  selectedTask: null,
  unfoldTask: null,
  focusTask: null,
  focusWords: null,
  sentTask: null,
  focusComposer: false,
  wantedSection: null,
  keyFor: null,
  models: null,
  isAskingModels: false,
  modelsAskedAt: 0,
  kinds: {},
  pickedModel: {},
  compareWith: {},
  agentFor: {},
  approvals: {},
  reviewTask: null,
  reading: null,
  away: null,
  problem: null,
};

export const useStore = create<State>()(() => initialState);

/** The task a turn shows: the one that was put forward last. */
export function shownTask(state: State, turn: TurnState): Task | undefined {
  let shown: Task | undefined;
  for (const id of turn.tasks) {
    const task = state.tasks[id];
    if (task && (!shown || task.shown_seq > shown.shown_seq)) shown = task;
  }
  return shown;
}

/** The tasks a turn shows: one, or several side by side until one is kept. */
export function shownTasks(state: State, turn: TurnState): Task[] {
  const highest = shownTask(state, turn)?.shown_seq;
  return turn.tasks.flatMap((id) => state.tasks[id] ?? []).filter((task) => task.shown_seq === highest);
}

/** The answer that is shown of the last prompt of the open chat. */
export function lastPrompt(): TaskId | null {
  const state = useStore.getState();
  const turn = state.thread?.turns.at(-1);
  return (turn && shownTask(state, turn)?.id) ?? null;
}

/** Whether a task stands in the branch that a thread shows. */
export function stands(thread: ThreadState, task: Task): boolean {
  if (thread.conversationId !== task.conversation_id) return false;
  const stretch = thread.path.findLast((one) => one.from <= task.turn);
  return stretch === undefined || stretch.branch === task.branch;
}

/** The model a composer would send with; `null` when none is configured. */
export function modelFor(state: State, conversationId: ConversationId | null): string | null {
  const picked = state.pickedModel[conversationId ?? "new"];
  const kept = conversationId === null ? null : (state.conversations[conversationId]?.model ?? null);
  return picked ?? kept ?? state.settings.default_model;
}

/** The agent that a composer would send with; `null` for none. Where none was chosen, the one that worked here last. */
export function agentFor(state: State, conversationId: ConversationId | null): AgentChoice | null {
  const chosen = state.agentFor[conversationId ?? "new"];
  if (chosen !== undefined) return chosen;
  const { thread } = state;
  const turn = thread?.conversationId === conversationId ? thread?.turns.at(-1) : undefined;
  return turn ? workedHere(shownTask(state, turn)) : null;
}

const kept = new WeakMap<Task, AgentChoice>();

/** The same choice for the same row, so that what shows it does not change with every other row. */
function workedHere(task: Task | undefined): AgentChoice | null {
  if (!task || task.agent === null) return null;
  const place = task.copy_of === null ? { folder: task.folder } : { folder: task.copy_of, in_copy: true };
  const choice = kept.get(task) ?? { name: task.agent, ...place };
  kept.set(task, choice);
  return choice;
}

/** The task that started this one for a part of its work. */
export function wholeOf({ tasks }: State, { parent_id }: Task): Task | undefined {
  return parent_id === null ? undefined : tasks[parent_id];
}

/** The second model that a composer would ask beside the first; `null` for none. */
export function secondFor(state: State, conversationId: ConversationId | null): string | null {
  // An agent works alone.
  if (agentFor(state, conversationId)) return null;
  const second = state.compareWith[conversationId ?? "new"] ?? null;
  return second === modelFor(state, conversationId) ? null : second;
}

/** Whether the next prompt of a composer can be answered in a batch: for half the price, within a day. */
export function canBatch(state: State, conversationId: ConversationId | null): boolean {
  if (agentFor(state, conversationId)) return false;
  const models = [modelFor(state, conversationId), secondFor(state, conversationId)].filter((id) => id !== null);
  return models.length > 0 && models.every((id) => state.kinds[providerName(id)] === "anthropic");
}

/** What is known of the model that a composer would send with; `undefined` when that is nothing. */
export function modelFactsFor(state: State, conversationId: ConversationId | null): Model | undefined {
  const id = modelFor(state, conversationId);
  return state.models?.models.find((model) => model.id === id);
}

/** The model that a composer would send with and whose price is not known; `null` for none, and until it is known. */
export function unpricedFor(state: State, conversationId: ConversationId | null): string | null {
  const { models } = state;
  if (!models) return null;
  const asked = [modelFor(state, conversationId), secondFor(state, conversationId)].filter((id) => id !== null);
  return asked.find((id) => !models.models.find((model) => model.id === id)?.price) ?? null;
}

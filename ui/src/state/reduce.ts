// What the state becomes. Pure.
import type { Conversation, ConversationId, Rows, Task, TaskId, ThreadView, Turn, ViewFrame } from "../ipc/types";
import { entriesOf } from "./files";
import { type State, stands, type ThreadState, type TurnState } from "./store";

type Snapshot = Extract<ViewFrame, { type: "snapshot" }>;
type Opened = Extract<ViewFrame, { type: "opened" }>;

/** Ended tasks that are kept while another chat is opened: as many as a snapshot has. */
const HISTORY = 50;

/** The state after a snapshot, which replaces everything the window had. Its texts are handled by the caller. */
export function snapshotOf(state: State, frame: Snapshot): State {
  const conversations: Record<ConversationId, Conversation> = {};
  for (const conversation of frame.conversations) conversations[conversation.id] = conversation;
  const tasks: Record<TaskId, Task> = {};
  for (const task of frame.tasks) tasks[task.id] = task;
  if (frame.thread) addTurnTasks(tasks, frame.thread.turns);
  return {
    ...state,
    connection: "live",
    summary: frame.summary,
    conversations,
    order: byLastUse(conversations),
    tasks,
    thread: frame.thread ? threadOf(frame.thread) : null,
    openConversation: frame.thread?.conversation_id ?? null,
    newDraft: frame.draft,
    attached: attachedIn(state, frame),
    settings: frame.settings,
  };
}

/** The state with another chat open. Tasks of the one before that a snapshot would not have go with it. */
export function withOpened(state: State, frame: Opened): State {
  const next = withRows({ ...state, thread: null }, frame.rows);
  const ended = Object.values(next.tasks)
    .filter((task) => task.ended_at !== null)
    .sort((a, b) => order(b.ended_at ?? "", a.ended_at ?? ""));
  const tasks = { ...next.tasks };
  for (const task of ended.slice(HISTORY)) delete tasks[task.id];
  if (frame.thread) addTurnTasks(tasks, frame.thread.turns);
  return {
    ...next,
    tasks,
    thread: frame.thread ? threadOf(frame.thread) : null,
    openConversation: frame.thread?.conversation_id ?? null,
    newDraft: frame.draft,
    attached: attachedIn(state, frame),
  };
}

/** The files of the drafts that came along, unless this window knows better. */
function attachedIn({ attached }: State, { draft_files, thread }: Snapshot | Opened): State["attached"] {
  return {
    new: entriesOf(draft_files),
    ...(thread && { [thread.conversation_id]: entriesOf(thread.draft_files) }),
    ...attached,
  };
}

/** Whether to begin with the welcome: what a command has started before is not hidden behind an introduction. */
export function isFirstRun({ settings, conversations }: Snapshot): boolean {
  return !settings.welcomed && conversations.length === 0;
}

/** The state after rows changed. */
export function withRows(state: State, rows: Omit<Rows, "head">): State {
  const next: State = {
    ...state,
    summary: rows.summary ?? state.summary,
    settings: rows.settings ?? state.settings,
  };
  if (rows.conversations.length > 0) applyConversations(next, rows.conversations);
  for (const task of rows.tasks) applyTask(next, state, task);
  return next;
}

/** The state with another version of the open conversation. Loaded turns above it stay, as far as it has them too. */
export function withThread(state: State, view: ThreadView): State {
  const before = state.thread;
  if (before?.conversationId !== view.conversation_id) return state;
  const tasks = { ...state.tasks };
  addTurnTasks(tasks, view.turns);
  const thread = { ...threadOf(view), draft: before.draft };
  const first = thread.turns[0]?.number ?? 1;
  const above = before.turns.filter((turn) => turn.number < first);
  const isShared = above.every((turn) => turn.tasks.every((id) => tasks[id] && stands(thread, tasks[id])));
  if (isShared && above.at(-1)?.number === first - 1) {
    thread.turns = [...above, ...thread.turns];
    thread.hasEarlier = before.hasEarlier;
  }
  return { ...state, tasks, thread };
}

/** The state with older turns put before the ones that are shown. */
export function withEarlier(state: State, view: ThreadView): State {
  const thread = state.thread;
  if (thread?.conversationId !== view.conversation_id) return state;
  // Asked for before another version was shown.
  if (view.path.at(-1)?.branch !== thread.path.at(-1)?.branch) return state;
  const first = thread.turns[0]?.number ?? Number.POSITIVE_INFINITY;
  const older = view.turns.filter((turn) => turn.number < first);
  const tasks = { ...state.tasks };
  addTurnTasks(tasks, older);
  return {
    ...state,
    tasks,
    thread: { ...thread, turns: [...older.map(turnOf), ...thread.turns], hasEarlier: view.has_earlier },
  };
}

/** Ids outside the trash, most recently used first. */
function byLastUse(conversations: Record<ConversationId, Conversation>): ConversationId[] {
  return Object.values(conversations)
    .sort((a, b) => order(b.updated_at, a.updated_at) || order(b.id, a.id))
    .map((conversation) => conversation.id);
}

/** By their letters' numbers, as moments and ids are written: a language's order costs a hundred times more. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function applyConversations(next: State, changed: Conversation[]): void {
  const conversations = { ...next.conversations };
  for (const conversation of changed) {
    if (conversation.deleted_at === null) {
      conversations[conversation.id] = conversation;
      continue;
    }
    delete conversations[conversation.id];
    if (next.openConversation === conversation.id) {
      next.openConversation = null;
      next.thread = null;
    }
  }
  next.conversations = conversations;
  next.order = byLastUse(conversations);
}

function applyTask(next: State, before: State, task: Task): void {
  const known = next.tasks[task.id];
  // The receipt of a command can arrive after a frame that already knows more.
  if (known && known.head > task.head) return;
  if (next.tasks === before.tasks) next.tasks = { ...before.tasks };
  next.tasks[task.id] = task;
  const thread = next.thread;
  if (thread?.conversationId !== task.conversation_id) return;
  if (stands(thread, task)) next.thread = threadWith(thread, task);
}

function threadWith(thread: ThreadState, task: Task): ThreadState {
  const at = thread.turns.findIndex((turn) => turn.number === task.turn);
  const turn = thread.turns[at];
  if (turn) {
    if (turn.tasks.includes(task.id)) return thread;
    const turns = thread.turns.slice();
    turns[at] = { ...turn, tasks: [...turn.tasks, task.id] };
    return { ...thread, turns };
  }
  const first = thread.turns[0];
  if (first && task.turn < first.number && thread.hasEarlier) return thread;
  const turns = [...thread.turns, { number: task.turn, tasks: [task.id], versions: [] }];
  turns.sort((a, b) => a.number - b.number);
  return { ...thread, turns };
}

function threadOf(view: ThreadView): ThreadState {
  return {
    conversationId: view.conversation_id,
    path: view.path,
    turns: view.turns.map(turnOf),
    hasEarlier: view.has_earlier,
    draft: view.draft,
  };
}

function turnOf(turn: Turn): TurnState {
  return { number: turn.number, tasks: turn.tasks.map((task) => task.id), versions: turn.versions };
}

/** A row that is known to be newer stays: what was asked for may arrive after what has happened since. */
function addTurnTasks(tasks: Record<TaskId, Task>, turns: Turn[]): void {
  for (const task of turns.flatMap((turn) => turn.tasks)) {
    const known = tasks[task.id];
    if (!known || known.head <= task.head) tasks[task.id] = task;
  }
}

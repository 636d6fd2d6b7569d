import { toast } from "../components/toast";
import { t } from "../i18n";
import type { Client } from "../ipc/client";
import type { Attachment, Budget, ConversationId, Lane, SearchHit, Sent, TaskId, ViewFrame } from "../ipc/types";
import { loadTexts } from "../stream/texts";
import { agents, moveAgent, workerOf } from "./agents";
import { followApprovals } from "./approvals";
import { attaching, draftOf, sentFiles } from "./attached";
import { catalogue } from "./catalogue";
import { choices } from "./choices";
import { ask, attempt, begin, quietly, step, subscribe, take } from "./connection";
import { dropDraft, keepDraft } from "./drafts";
import { attachedOf, filesOf, readyFiles } from "./files";
import { layout } from "./layout";
import { setManner } from "./manner";
import { questions } from "./questions";
import { withEarlier } from "./reduce";
import { rememberModel, rememberOpen } from "./remembered";
import { modelFor, type Page, secondFor, stands, useStore } from "./store";
import { textSize } from "./text-size";
import { didWork, transfer } from "./transfer";
import { lookAt, putForward, versions } from "./versions";

export { asCommandError } from "./connection";

/** Begins to follow the process, with this chat open, or a new one for `null`. */
export function connect(client: Client, conversationId: ConversationId | null): Promise<void> {
  followApprovals();
  return begin(client, conversationId, show);
}

export interface Prompt {
  text: string;
  lane: Lane;
  /** The task whose prompt this is a new version of. */
  editOf?: TaskId;
  /** The files of a new version; a new prompt takes those of the composer. */
  files?: Attachment[];
  /** Part by part, for what is too long for one request. */
  inParts?: boolean;
  /** In a batch, for half the price and within a day. */
  inBatch?: boolean;
}

let lastDeleted: ConversationId | null = null;

/** What the parts of the window may do. Those without a promise of a value never reject. */
export const actions = {
  /** Opens a chat; with a task, also scrolls to its turn. `null` is the new chat. Only the welcome stays on its page. */
  openConversation(conversationId: ConversationId | null, taskId: TaskId | null = null, page: Page = "chat"): void {
    const state = useStore.getState();
    const isOpen = state.openConversation === conversationId && state.connection === "live";
    // A part is shown where its whole is.
    const focusTask = taskId === null ? null : (state.tasks[taskId]?.parent_id ?? taskId);
    useStore.setState({
      page,
      dialog: null,
      openConversation: conversationId,
      focusTask,
      focusWords: null,
      reviewTask: null,
      sentTask: null,
      focusComposer: true,
      selectedTask: taskId ?? (isOpen ? state.selectedTask : null),
      problem: null,
      ...(isOpen ? {} : { thread: null }),
    });
    rememberOpen(conversationId);
    if (!isOpen) void subscribe(conversationId);
    if (taskId !== null) void lookAt(taskId);
  },

  /** Opens a place that was found: its turn, and in that its words. */
  openFound({ conversation_id, task_id, role, snippet }: SearchHit): void {
    actions.openConversation(conversation_id, task_id);
    const found = snippet.filter((piece) => piece.is_found).map((piece) => piece.text);
    const words = found.reduce((longest, one) => (one.length > longest.length ? one : longest), "");
    if (task_id !== null) useStore.setState({ focusWords: { words, isPrompt: role === "user" } });
  },

  newChat(): void {
    actions.openConversation(null);
  },

  /** The next (1) or previous (-1) chat of the list. */
  stepConversation(by: 1 | -1): void {
    const { order, openConversation } = useStore.getState();
    if (order.length === 0) return;
    const at = openConversation === null ? -1 : order.indexOf(openConversation);
    const to = at === -1 ? (by === 1 ? 0 : order.length - 1) : (at + by + order.length) % order.length;
    actions.openConversation(order[to] ?? null);
  },

  /** Opens the chat of a task, scrolls to its turn and marks its row. */
  showTask(taskId: TaskId): void {
    const task = useStore.getState().tasks[taskId];
    if (task) actions.openConversation(task.conversation_id, taskId);
  },

  /** The same, and goes to what it asks. */
  review(taskId: TaskId): void {
    actions.showTask(taskId);
    useStore.setState({ reviewTask: taskId, focusComposer: false });
  },

  /** Marks and unfolds the row of a task in the list of tasks, which opens if it was closed. */
  viewTask(taskId: TaskId): void {
    useStore.setState({ selectedTask: taskId, unfoldTask: taskId, tasksOpen: true });
  },

  /** Sends a prompt in the open chat, or begins one. True once it is accepted. */
  async send({ text, lane, editOf, files, inParts = false, inBatch = false }: Prompt): Promise<boolean> {
    const state = useStore.getState();
    const { openConversation } = state;
    const entries = filesOf(state, openConversation);
    const sent = await attempt(
      ask().sendMessage({
        conversation_id: openConversation,
        text,
        lane,
        // The one that is shown: whatever the lane, nobody else may answer.
        model: modelFor(state, openConversation),
        edit_of: editOf ?? null,
        origin: "window",
        delivery: "parent_mediated",
        attachments: (files ?? readyFiles(state, openConversation)).map(attachedOf),
        in_parts: inParts,
        in_batch: inBatch,
        manner: openConversation === null ? state.newManner : null,
        compare_with: editOf === undefined ? secondFor(state, openConversation) : null,
        agent: workerOf(state, openConversation, editOf),
        idempotency_key: freshKey(),
      }),
    );
    if (!sent) return false;
    if (editOf === undefined) {
      dropDraft(ask(), openConversation);
      actions.compareWith(openConversation, null);
      sentFiles(openConversation, entries);
    }
    if (openConversation === null) {
      rememberModel(null);
      moveAgent(sent.task.conversation_id);
    }
    useStore.setState((state) => {
      const { [openConversation ?? "new"]: _sent, ...rest } = state.pickedModel;
      return { pickedModel: rest, ...(openConversation === null ? { newDraft: "", newManner: null } : {}) };
    });
    return arrived(sent);
  },

  detach: (taskId: TaskId): Promise<void> => step(ask().continueInBackground(taskId)),

  stop: (taskId: TaskId): Promise<void> => step(ask().stopTask(taskId)),

  pause: (taskId: TaskId): Promise<void> => step(ask().pauseTask(taskId)),

  /** Goes on from the text that is there, with another model if one is named; beside what is over a new task does. */
  async resume(taskId: TaskId, model?: string): Promise<void> {
    const task = await attempt(model === undefined ? ask().resumeTask(taskId) : ask().resumeTask(taskId, model));
    if (task) arrived({ task, is_new: task.id !== taskId });
  },

  pauseAll: (): Promise<boolean> => didWork(ask().pauseAll()),

  resumeAll: (): Promise<boolean> => didWork(ask().resumeAll()),

  setBudget: (taskId: TaskId, budget: Budget): Promise<void> => step(ask().setBudget(taskId, budget)),

  /** Takes what a waiting task has written as its answer. */
  finish: (taskId: TaskId): Promise<void> => step(ask().finishTask(taskId)),

  async retry(taskId: TaskId, lane: Lane, model: string | null = null): Promise<void> {
    const sent = await attempt(ask().retryTask(taskId, lane, model));
    arrived(sent);
    const { thread } = useStore.getState();
    if (sent && thread?.conversationId === sent.task.conversation_id && !stands(thread, sent.task))
      await putForward(sent.task.id);
  },

  markSeen(taskId: TaskId): void {
    void quietly(ask().markSeen(taskId));
  },

  async rename(conversationId: ConversationId, title: string): Promise<void> {
    await attempt(ask().renameConversation(conversationId, title));
  },

  /** Deletes a chat, opens its neighbour, and offers to undo it. */
  async deleteConversation(conversationId: ConversationId): Promise<void> {
    const { order, openConversation, conversations } = useStore.getState();
    const { title = "", working = 0 } = conversations[conversationId] ?? {};
    const gone = await attempt(ask().deleteConversation(conversationId));
    if (!gone) return;
    lastDeleted = conversationId;
    if (openConversation === conversationId) {
      const at = order.indexOf(conversationId);
      actions.openConversation(order[at + 1] ?? order[at - 1] ?? null);
    }
    toast({
      text: t('Deleted "{title}"', { title }),
      ...(working > 0 ? { detail: t("{n, plural, one {# task} other {# tasks}} paused.", { n: working }) } : {}),
      icon: "trash-2",
      isUndo: true,
      action: { label: t("Undo"), onSelect: () => void actions.restoreConversation(conversationId) },
    });
  },

  /** Brings back what was deleted last in this window, also when the offer is gone; false when there is none. */
  undoDelete(): boolean {
    if (lastDeleted === null) return false;
    void actions.restoreConversation(lastDeleted);
    return true;
  },

  async restoreConversation(conversationId: ConversationId): Promise<void> {
    if (lastDeleted === conversationId) lastDeleted = null;
    const back = await attempt(ask().restoreConversation(conversationId));
    if (back) actions.openConversation(conversationId);
  },

  /** Keeps what is typed, 300 ms after the last change; `flush` keeps it now. */
  saveDraft(conversationId: ConversationId | null, text: string, flush = false): void {
    if (conversationId === null) useStore.setState({ newDraft: text });
    keepDraft(ask(), draftOf(conversationId, text), flush);
  },

  async loadEarlier(): Promise<void> {
    const { thread } = useStore.getState();
    const first = thread?.turns[0];
    if (!thread?.hasEarlier || !first) return;
    const view = await attempt(ask().earlierTurns(thread.conversationId, first.number));
    if (!view) return;
    loadTexts(view.texts);
    useStore.setState((state) => withEarlier(state, view));
  },

  reconnect(): void {
    useStore.setState({ connection: "loading", problem: null });
    void subscribe(useStore.getState().openConversation);
  },

  /** Quits at once when nothing works; otherwise the window asks. */
  async askQuit(): Promise<void> {
    const answer = await attempt(ask().quit(false));
    if (answer && answer.working > 0) useStore.setState({ dialog: "quit" });
  },

  ...attaching,
  ...choices,
  ...transfer,
  ...layout,
  ...textSize,
  ...questions,
  ...agents,
  ...catalogue,
  ...versions,
  setManner,
  async providers() {
    const rows = await ask().providers();
    useStore.setState({ kinds: Object.fromEntries(rows.map((row) => [row.name, row.kind])) });
    return rows;
  },
};

/** What the shell wants shown, because a notice or the tray was clicked. */
function show(frame: Extract<ViewFrame, { type: "show" }>): void {
  switch (frame.page) {
    case "settings":
      actions.setPage(frame.page);
      return;
    case "close":
    case "quit":
      useStore.setState({ dialog: frame.page });
      return;
    case null:
      actions.openConversation(frame.conversation_id, frame.task_id);
      if (frame.task_id !== null) actions.markSeen(frame.task_id);
      return;
    default:
    // A page that only a newer window has.
  }
}

/** A name for one press of a button: the same prompt sent twice by it is one task. */
function freshKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
}

function arrived(sent: Sent | null): boolean {
  if (!sent) return false;
  const { page, openConversation } = useStore.getState();
  // Whoever looks over all tasks goes on doing so.
  const stays = page === "mission";
  if (stays || openConversation === sent.task.conversation_id) take(sent.task);
  else actions.openConversation(sent.task.conversation_id);
  if (!stays) useStore.setState({ sentTask: sent.task.id });
  return true;
}

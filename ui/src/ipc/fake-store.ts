// The rows of a made-up process, and the frames that follow their changes.
import { type Asked, FakeBranches } from "./fake-branches";
import {
  type FakeRows,
  fresh,
  makeConversation,
  makeTask,
  noModel,
  notFound,
  now,
  partsOf,
  plainDesktop,
  plainSettings,
  summaryOf,
  textOf,
} from "./fake-rows";
import { searchIn } from "./fake-search";
import type {
  Attachment,
  Conversation,
  ConversationId,
  DesktopStatus,
  Manner,
  Node,
  ProviderRow,
  Rows,
  SearchResult,
  Settings,
  Summary,
  Task,
  TaskId,
  TextChange,
  ThreadView,
  Turn,
  ViewFrame,
} from "./types";

/** What a frame tells, as far as it changed. */
type Told = Partial<Rows> & Pick<Extract<ViewFrame, { type: "changes" }>, "thread" | "texts" | "thoughts" | "alive">;

export class FakeStore {
  readonly texts: Map<TaskId, Node[]>;
  readonly thoughts: Map<TaskId, Node[]>;
  readonly drafts: Map<ConversationId, string>;
  readonly draftFiles = new Map<ConversationId | null, Attachment[]>();
  readonly manners = new Map<ConversationId, Manner>();
  newDraft: string;
  settings: Settings;
  desktop: DesktopStatus;
  providers: ProviderRow[];
  onFrame: ((frame: ViewFrame) => void) | null = null;
  onAccepted: ((task: Task) => void) | null = null;
  private readonly conversations: Map<ConversationId, Conversation>;
  private readonly tasks: Map<TaskId, Task>;
  private readonly branches = new Map<ConversationId, FakeBranches>();
  private readonly page: number;
  private open: ConversationId | null = null;
  private head: number;

  constructor(rows: FakeRows) {
    this.conversations = new Map((rows.conversations ?? []).map((one) => [one.id, one]));
    this.tasks = new Map((rows.tasks ?? []).map((one) => [one.id, one]));
    this.texts = new Map(Object.entries(rows.texts ?? {}));
    this.thoughts = new Map(Object.entries(rows.thoughts ?? {}));
    this.drafts = new Map(Object.entries(rows.drafts ?? {}));
    this.newDraft = rows.newDraft ?? "";
    this.settings = { ...plainSettings, ...rows.settings };
    this.desktop = { ...plainDesktop, ...rows.desktop };
    this.providers = rows.providers ?? [];
    this.page = rows.page ?? 50;
    this.head = Math.max(1, ...[...this.tasks.values()].map((task) => task.head));
  }

  /** Sends frames there from now on, a snapshot first. */
  follow(open: ConversationId | null, onFrame: (frame: ViewFrame) => void): void {
    this.open = open !== null && this.conversations.has(open) ? open : null;
    this.onFrame = onFrame;
    queueMicrotask(() => onFrame(this.snapshot()));
  }

  task(id: TaskId): Task {
    const task = this.tasks.get(id);
    if (!task) throw notFound(id);
    return task;
  }

  allTasks(): Task[] {
    return [...this.tasks.values()];
  }

  titles(): Conversation[] {
    return [...this.conversations.values()];
  }

  accept(asked: Asked): Task {
    const conversation = this.conversationFor(asked);
    const model = asked.model ?? conversation.model ?? this.settings.default_model;
    if (model === null) throw noModel;
    const created_at = now();
    this.head += 1;
    const task = makeTask({
      id: fresh("tsk"),
      conversation_id: conversation.id,
      ...this.placeOf(conversation.id, asked),
      lane: asked.lane,
      prompt: asked.prompt,
      title: asked.prompt.slice(0, 48),
      model,
      state: "queued",
      created_at,
      attempt: 0,
      detached_at: asked.lane === "background" ? created_at : null,
      retry_of: (asked.retryOf ?? asked.editOf)?.id ?? null,
      ...(asked.beside && { shown_seq: asked.beside.shown_seq }),
      attachments: asked.files ?? [],
      ...(asked.inParts && partsOf(asked.files ?? [])),
      in_batch: asked.inBatch ?? false,
      ...asked.worker,
      head: this.head,
    });
    this.tasks.set(task.id, task);
    this.conversations.set(conversation.id, { ...conversation, updated_at: created_at, model });
    this.tellOf(task, asked.editOf !== undefined);
    this.onAccepted?.(task);
    return task;
  }

  /** Asks another model the same. */
  acceptBeside(task: Task, model: string): void {
    const { conversation_id, prompt, lane } = task;
    const before = this.counted(conversation_id).model;
    this.accept({ conversationId: conversation_id, prompt, lane, model, beside: task });
    this.changeConversation(conversation_id, { model: before });
  }

  /** The answer that stands in the place of this one, if it is another. */
  shownInsteadOf(id: TaskId): TaskId | null {
    const task = this.task(id);
    const newest = this.answersBeside(task).reduce((most, one) => (one.shown_seq > most.shown_seq ? one : most));
    return newest.shown_seq > task.shown_seq ? newest.id : null;
  }

  /** Shows a task: its branch, and it as the answer of its prompt, if it has to be kept as the only one. */
  show(id: TaskId, isKept = false): Task {
    const task = this.task(id);
    this.head += 1;
    const isMoved = this.branchesOf(task.conversation_id).showTask(task, this.head);
    const others = this.answersBeside(task).filter((other) => other.id !== id);
    const isNewest = others.every(({ shown_seq: at }) => at < task.shown_seq || (at === task.shown_seq && !isKept));
    const shown = isNewest ? task : { ...task, shown_seq: makeTask().shown_seq };
    this.tasks.set(id, shown);
    if (isMoved || !isNewest) this.tellOf(shown, true);
    return shown;
  }

  change(id: TaskId, what: Partial<Task>): Task {
    this.head += 1;
    const task = { ...this.task(id), ...what, head: this.head };
    this.tasks.set(id, task);
    this.tellOf(task);
    return task;
  }

  /** Changes whatever goes on without its user and is in one of these states. */
  changeAway(states: Task["state"][], what: Partial<Task>): void {
    for (const { id, lane, state } of [...this.tasks.values()]) {
      if (lane === "background" && states.includes(state)) this.change(id, what);
    }
  }

  changeConversation(id: ConversationId, what: Partial<Conversation>): Conversation {
    this.conversations.set(id, { ...this.counted(id), ...what });
    this.tell({ conversations: [this.counted(id)] });
    return this.counted(id);
  }

  setManner(id: ConversationId, manner: Manner): Conversation {
    this.manners.set(id, manner);
    const has_manner = manner.system !== "" || manner.temperature !== null || manner.max_tokens !== null;
    return this.changeConversation(id, { has_manner });
  }

  apply(next: Partial<Settings>): Settings {
    this.settings = { ...this.settings, ...next };
    this.tell({ settings: this.settings });
    return this.settings;
  }

  /** Sends a frame; texts of chats that are not open do not travel. */
  tell({ thread, texts = [], thoughts = [], alive, ...changed }: Told): void {
    const isHere = (text: TextChange) => this.task(text.task_id).conversation_id === this.open;
    const here = { texts: texts.filter(isHere), thoughts: thoughts.filter(isHere) };
    const none = { head: this.head, summary: null, conversations: [], tasks: [], settings: null };
    const rows = Object.keys(changed).length > 0 ? { ...none, ...changed } : undefined;
    const what = { ...(thread && { thread }), ...here, ...(alive && { alive }), ...(rows && { rows }) };
    this.onFrame?.({ type: "changes", ...what });
  }

  /** The last turns of a chat, or the last before a number. */
  view(id: ConversationId, before = Number.POSITIVE_INFINITY): ThreadView {
    const all = this.turnsOf(id).filter((turn) => turn.number < before);
    const turns = all.slice(-this.page);
    const shown = turns.flatMap((turn) => turn.tasks);
    const viewsOf = (of: Task[], nodesOf: Map<TaskId, Node[]>) =>
      of.flatMap((task) => {
        const nodes = nodesOf.get(task.id);
        return nodes ? [textOf(task.id, nodes)] : [];
      });
    return {
      conversation_id: id,
      path: this.branchesOf(id).path(),
      turns,
      texts: viewsOf(shown, this.texts),
      thoughts: viewsOf(
        shown.filter((task) => task.state === "running"),
        this.thoughts,
      ),
      has_earlier: all.length > turns.length,
      draft: before === Number.POSITIVE_INFINITY ? (this.drafts.get(id) ?? "") : "",
      draft_files: before === Number.POSITIVE_INFINITY ? (this.draftFiles.get(id) ?? []) : [],
    };
  }

  summary(): Summary {
    return summaryOf([...this.tasks.values()]);
  }

  search(query: string): SearchResult {
    const tasks = [...this.tasks.values()].filter((task) => !this.counted(task.conversation_id).deleted_at);
    const titleOf = (task: Task) => this.counted(task.conversation_id).title;
    return searchIn({ tasks, titleOf, answerOf: (task) => this.texts.get(task.id) ?? [] }, query);
  }

  private snapshot(): ViewFrame {
    return {
      type: "snapshot",
      head: this.head,
      summary: this.summary(),
      conversations: [...this.conversations.keys()].map((id) => this.counted(id)).filter((one) => !one.deleted_at),
      tasks: [...this.tasks.values()].sort((a, b) => b.head - a.head),
      thread: this.open === null ? null : this.view(this.open),
      draft: this.newDraft,
      draft_files: this.draftFiles.get(null) ?? [],
      settings: this.settings,
    };
  }

  private tellOf(task: Task, isReshown = false): void {
    const id = task.conversation_id;
    const thread = isReshown && id === this.open ? { thread: this.view(id) } : {};
    this.tell({ ...thread, tasks: [task], conversations: [this.counted(id)], summary: this.summary() });
  }

  private placeOf(
    id: ConversationId,
    { editOf, retryOf: again, beside }: Asked,
  ): Pick<Task, "branch" | "turn" | "prompt_id"> {
    const retryOf = again ?? beside;
    if (retryOf) return { branch: retryOf.branch, turn: retryOf.turn, prompt_id: retryOf.prompt_id };
    const its = this.branchesOf(id);
    const prompt_id = fresh("msg");
    if (editOf) return { branch: its.begin(editOf.branch, editOf.turn, this.head), turn: editOf.turn, prompt_id };
    return { branch: its.tip, turn: (this.turnsOf(id).at(-1)?.number ?? 0) + 1, prompt_id };
  }

  private branchesOf(id: ConversationId): FakeBranches {
    const known = this.branches.get(id) ?? new FakeBranches();
    this.branches.set(id, known);
    return known;
  }

  private answersBeside({ conversation_id, branch, turn }: Task): Task[] {
    const its = [...this.tasks.values()].filter((task) => task.conversation_id === conversation_id);
    return its.filter((task) => task.branch === branch && task.turn === turn);
  }

  private conversationFor({ conversationId, prompt }: Asked): Conversation {
    if (conversationId !== null) return this.counted(conversationId);
    const conversation = makeConversation({ title: prompt.slice(0, 48) });
    this.conversations.set(conversation.id, conversation);
    return conversation;
  }

  private counted(id: ConversationId): Conversation {
    const conversation = this.conversations.get(id);
    if (!conversation) throw notFound(id);
    const its = [...this.tasks.values()].filter((task) => task.conversation_id === id);
    return {
      ...conversation,
      working: its.filter((task) => task.state === "queued" || task.state === "running").length,
      waiting: its.filter((task) => task.state === "waiting").length,
      unread: its.filter((task) => task.unread).length,
      failed: its.some((task) => task.unread && task.state === "failed"),
    };
  }

  private turnsOf(id: ConversationId): Turn[] {
    return this.branchesOf(id).turns([...this.tasks.values()].filter((task) => task.conversation_id === id));
  }
}

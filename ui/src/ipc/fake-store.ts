// The rows of a made-up process, and the frames that follow their changes.
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
  textOf,
} from "./fake-rows";
import { searchIn } from "./fake-search";
import type {
  Attached,
  Attachment,
  Conversation,
  ConversationId,
  DesktopStatus,
  Lane,
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
type Told = Partial<Rows> & Pick<Extract<ViewFrame, { type: "changes" }>, "texts" | "thoughts" | "alive">;

/** A prompt on its way in. */
export interface Asked {
  conversationId: ConversationId | null;
  prompt: string;
  lane: Lane;
  turn?: number | undefined;
  model: string | null;
  files?: Attachment[];
  inParts?: boolean;
  retryOf?: TaskId;
}

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

  /** As much again; what waits for it goes on. */
  allowToday(): Settings {
    const { day_limit } = this.settings;
    const until = new Date(new Date().setHours(24, 0, 0, 0)).toISOString();
    const settings = this.apply({
      day_limit: { ...day_limit, more: { until, times: (day_limit.more?.times ?? 0) + 1 } },
    });
    for (const task of this.allTasks().filter(({ state, reason }) => state === "waiting" && reason === "day_limit"))
      this.change(task.id, { state: "queued", reason: null, error: null, due_at: null });
    return settings;
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
      turn: asked.turn ?? (this.turnsOf(conversation.id).at(-1)?.number ?? 0) + 1,
      lane: asked.lane,
      prompt: asked.prompt,
      title: asked.prompt.slice(0, 48),
      model,
      state: "queued",
      created_at,
      attempt: 0,
      detached_at: asked.lane === "background" ? created_at : null,
      retry_of: asked.retryOf ?? null,
      attachments: asked.files ?? [],
      ...(asked.inParts && partsOf(asked.files ?? [])),
      head: this.head,
    });
    this.tasks.set(task.id, task);
    this.conversations.set(conversation.id, { ...conversation, updated_at: created_at, model });
    this.tellOf(task);
    this.onAccepted?.(task);
    return task;
  }

  /** Its size stands for its hash. */
  keepFile(file: Blob): string {
    return String(file.size);
  }

  /** A page of 3 000 letters for each 3 000 bytes. */
  attachment({ hash, name, from, to }: Attached): Attachment {
    const bytes = Number(hash);
    const places = name.endsWith(".pdf") ? Math.max(1, Math.ceil(bytes / 3_000)) : 1;
    const share = ((to ?? places) - (from ?? 1) + 1) / places;
    const kind = name.endsWith(".pdf") ? "pdf" : name.endsWith(".png") ? "picture" : "text";
    const tokens = kind === "picture" ? 1_600 : Math.ceil((bytes * share) / 4);
    return { hash, name, kind, bytes, places, tokens, notes: [], ...(from && { from }), ...(to && { to }) };
  }

  change(id: TaskId, what: Partial<Task>): Task {
    this.head += 1;
    const task = { ...this.task(id), ...what, head: this.head };
    this.tasks.set(id, task);
    this.tellOf(task);
    return task;
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
  tell({ texts = [], thoughts = [], alive, ...changed }: Told): void {
    const isHere = (text: TextChange) => this.task(text.task_id).conversation_id === this.open;
    const here = { texts: texts.filter(isHere), thoughts: thoughts.filter(isHere) };
    const none = { summary: null, conversations: [], tasks: [], settings: null };
    const rows = Object.keys(changed).length > 0 ? { ...none, ...changed } : undefined;
    this.onFrame?.({ type: "changes", ...here, ...(alive && { alive }), ...(rows && { rows }) });
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
    const all = [...this.tasks.values()];
    const isActive = (task: Task) => task.state === "queued" || task.state === "running";
    return {
      working: all.filter((task) => isActive(task) && task.lane === "background").length,
      needs_you: all.filter((task) => task.state === "waiting").length,
      failed: all.filter((task) => task.state === "failed" && task.unread).length,
      unread: all.filter((task) => task.state === "completed" && task.unread).length,
      interactive: all.filter((task) => isActive(task) && task.lane === "interactive").length,
    };
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

  private tellOf(task: Task): void {
    this.tell({ tasks: [task], conversations: [this.counted(task.conversation_id)], summary: this.summary() });
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
    const turns = new Map<number, Task[]>();
    for (const task of this.tasks.values()) {
      if (task.conversation_id === id) turns.set(task.turn, [...(turns.get(task.turn) ?? []), task]);
    }
    return [...turns].sort(([a], [b]) => a - b).map(([number, tasks]) => ({ number, tasks }));
  }
}

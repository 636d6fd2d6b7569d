// A client without a process: for tests, and under the demo. Rows in memory, frames by hand.
import type { Client } from "./client";
import type {
  CommandError,
  Conversation,
  ConversationId,
  DesktopStatus,
  Lane,
  LocalServer,
  Model,
  Node,
  Patch,
  ProviderRow,
  Settings,
  Summary,
  Task,
  TaskId,
  TextChange,
  TextView,
  ThreadView,
  Turn,
  ViewFrame,
} from "./types";

/** What a fake begins with; everything that is left out is empty. */
export interface FakeRows {
  conversations?: Conversation[];
  tasks?: Task[];
  texts?: Record<TaskId, Node[]>;
  drafts?: Record<ConversationId, string>;
  newDraft?: string;
  settings?: Partial<Settings>;
  models?: Model[];
  providers?: ProviderRow[];
  local?: LocalServer[];
  desktop?: Partial<DesktopStatus>;
  /** Turns in the first view of a conversation. */
  page?: number;
}

/** The client, and the strings to pull. */
export interface Fake {
  client: Client;
  /** Every call, by name, in order. */
  calls: { name: keyof Client; args: unknown[] }[];
  /** The next call of this name is refused. */
  refuse(name: keyof Client, error: CommandError): void;
  task(taskId: TaskId): Task;
  change(taskId: TaskId, change: Partial<Task>): Task;
  patch(taskId: TaskId, patches: Patch[], words?: number): void;
  whole(taskId: TaskId, nodes: Node[]): void;
  push(frame: ViewFrame): void;
  /** Called after a task was accepted. */
  onAccepted: ((task: Task) => void) | null;
}

let madeSoFar = 0;
const fresh = (prefix: string) => `${prefix}_${String(++madeSoFar).padStart(6, "0")}`;
const now = () => new Date().toISOString();

export function makeTask(change: Partial<Task> = {}): Task {
  const id = change.id ?? fresh("tsk");
  const conversationId = change.conversation_id ?? "cnv_1";
  return {
    id,
    conversation_id: conversationId,
    turn: 1,
    prompt_id: `msg_${id}`,
    lane: "interactive",
    state: "completed",
    reason: null,
    due_at: null,
    title: "A task",
    prompt: "A prompt",
    model: "ollama/qwen3",
    agent: null,
    attempt: 1,
    created_at: now(),
    started_at: null,
    ended_at: null,
    detached_at: null,
    progress: null,
    steps: [],
    finish_reason: null,
    usage: { input_tokens: null, output_tokens: null, cost_usd: null, estimated: false },
    ownership: {
      origin: "window",
      work: { kind: "conversation", id: conversationId },
      final: { kind: "conversation", id: conversationId },
      mode: "parent_mediated",
    },
    delivery: null,
    error: null,
    retry_of: null,
    unread: false,
    head: 1,
    ...change,
  };
}

export function makeConversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: fresh("cnv"),
    title: "A chat",
    model: null,
    created_at: now(),
    updated_at: now(),
    deleted_at: null,
    working: 0,
    waiting: 0,
    unread: 0,
    failed: false,
    ...change,
  };
}

export function makeFake(rows: FakeRows = {}): Fake {
  const conversations = new Map((rows.conversations ?? []).map((one) => [one.id, one]));
  const tasks = new Map((rows.tasks ?? []).map((one) => [one.id, one]));
  const texts = new Map(Object.entries(rows.texts ?? {}));
  const drafts = new Map(Object.entries(rows.drafts ?? {}));
  const page = rows.page ?? 50;
  let newDraft = rows.newDraft ?? "";
  let providers = rows.providers ?? [];
  let settings: Settings = { ...plainSettings, ...rows.settings };
  let desktop: DesktopStatus = { ...plainDesktop, ...rows.desktop };
  let head = Math.max(1, ...[...tasks.values()].map((task) => task.head));
  let onFrame: ((frame: ViewFrame) => void) | null = null;
  let open: ConversationId | null = null;
  const refusals = new Map<keyof Client, CommandError>();
  const calls: Fake["calls"] = [];

  const fake: Fake = {
    client: record({
      async subscribe(conversationId, follow) {
        if (conversationId !== null && !conversations.has(conversationId)) throw notFound(conversationId);
        open = conversationId;
        onFrame = follow;
        queueMicrotask(() => follow(snapshot()));
        return 1;
      },
      async unsubscribe() {
        onFrame = null;
      },
      async sendMessage(args) {
        let conversation = args.conversation_id === null ? undefined : conversations.get(args.conversation_id);
        if (!conversation) {
          conversation = makeConversation({ title: args.text.slice(0, 48) });
          conversations.set(conversation.id, conversation);
        }
        const edited = args.edit_of === null ? undefined : tasks.get(args.edit_of);
        const task = accept(conversation, args.text, args.lane, edited?.turn ?? nextTurn(conversation.id), args.model);
        return { task, is_new: true };
      },
      async continueInBackground(taskId) {
        return change(taskId, { lane: "background", detached_at: now() });
      },
      async stopTask(taskId) {
        return change(taskId, { state: "cancelled", finish_reason: "cancelled", ended_at: now(), reason: null });
      },
      async resumeTask(taskId) {
        return change(taskId, { state: "queued", reason: null, error: null });
      },
      async retryTask(taskId, lane) {
        const old = must(taskId);
        const conversation = conversations.get(old.conversation_id);
        if (!conversation) throw notFound(old.conversation_id);
        return { task: accept(conversation, old.prompt, lane, old.turn, old.model, old.id), is_new: true };
      },
      async markSeen(taskId) {
        change(taskId, { unread: false });
      },
      async markConversationSeen(conversationId) {
        for (const task of tasks.values()) {
          if (task.conversation_id === conversationId && task.unread) change(task.id, { unread: false });
        }
      },
      renameConversation: async (id, title) => changeConversation(id, { title }),
      deleteConversation: async (id) => changeConversation(id, { deleted_at: now() }),
      restoreConversation: async (id) => changeConversation(id, { deleted_at: null }),
      async saveDraft(draft) {
        if (draft.conversation_id === null) newDraft = draft.text;
        else drafts.set(draft.conversation_id, draft.text);
      },
      async earlierTurns(conversationId, before) {
        const all = turnsOf(conversationId).filter((turn) => turn.number < before);
        return { ...viewOf(conversationId, all), draft: "" };
      },
      async taskLog(taskId) {
        const task = must(taskId);
        return { events: [], attempts: [attemptOf(task)] };
      },
      attemptText: async (taskId) => texts.get(taskId) ?? [],
      models: async () => ({ models: rows.models ?? [], problems: [] }),
      providers: async () => providers,
      async addProvider(provider) {
        const key_source = provider.key ? "keychain" : provider.key_env ? "environment" : "none";
        const { name, kind, base_url, key_env } = provider;
        providers = [...providers, { id: fresh("prv"), name, kind, base_url, key_source, key_env, created_at: now() }];
        if (settings.default_model === null) apply({ default_model: `${name}/qwen3` });
        return { name, key_source };
      },
      async removeProvider(name) {
        providers = providers.filter((provider) => provider.name !== name);
      },
      testProvider: async () => ({ latency_ms: 42, models: (rows.models ?? []).map((model) => model.name) }),
      tryProvider: async () => ({ latency_ms: 58, models: ["qwen3", "gemma3"] }),
      detectLocal: async () => rows.local ?? [],
      async saveSettings(next) {
        apply(next);
        return settings;
      },
      copyAnswer: async () => {},
      copyText: async () => {},
      openLink: async () => {},
      desktopStatus: async () => desktop,
      testNotice: async () => {},
      async setShortcut(shortcut) {
        apply({ quick_ask_shortcut: shortcut });
        desktop = { ...desktop, shortcut: shortcut === null ? "off" : "ready" };
        return desktop;
      },
      windowReady: async () => {},
      hideQuickAsk: async () => {},
      openMain: async () => {},
      quit: async () => ({ working: summary().working }),
      closeChoice: async () => {},
    }),
    calls,
    refuse: (name, error) => void refusals.set(name, error),
    task: must,
    change,
    patch(taskId, patches, words = 0) {
      changes({ texts: [{ change: "patches", task_id: taskId, patches, words }] });
    },
    whole(taskId, nodes) {
      texts.set(taskId, nodes);
      changes({ texts: [{ change: "whole", ...textOf(taskId, nodes) }] });
    },
    push: (frame) => onFrame?.(frame),
    onAccepted: null,
  };
  return fake;

  function accept(
    conversation: Conversation,
    prompt: string,
    lane: Lane,
    turn: number,
    model: string | null,
    retry_of: TaskId | null = null,
  ): Task {
    const created_at = now();
    const used = model ?? conversation.model ?? settings.default_model;
    if (used === null) throw noModel;
    const task = makeTask({
      id: fresh("tsk"),
      conversation_id: conversation.id,
      turn,
      lane,
      prompt,
      title: prompt.slice(0, 48),
      model: used,
      state: "queued",
      created_at,
      attempt: 0,
      detached_at: lane === "background" ? created_at : null,
      retry_of,
      head: ++head,
    });
    tasks.set(task.id, task);
    conversations.set(conversation.id, { ...conversation, updated_at: created_at, model: used });
    changes({ tasks: [task], conversations: [withCounts(conversation.id)], summary: summary() });
    fake.onAccepted?.(task);
    return task;
  }

  function change(taskId: TaskId, what: Partial<Task>): Task {
    const task = { ...must(taskId), ...what, head: ++head };
    tasks.set(taskId, task);
    changes({ tasks: [task], conversations: [withCounts(task.conversation_id)], summary: summary() });
    return task;
  }

  function changeConversation(id: ConversationId, what: Partial<Conversation>): Conversation {
    const conversation = conversations.get(id);
    if (!conversation) throw notFound(id);
    conversations.set(id, { ...conversation, ...what });
    changes({ conversations: [withCounts(id)] });
    return withCounts(id);
  }

  function apply(next: Partial<Settings>): void {
    settings = { ...settings, ...next };
    changes({ settings });
  }

  function changes(what: Partial<Extract<ViewFrame, { type: "changes" }>>): void {
    const known = (what.texts ?? []).filter((text: TextChange) => tasks.get(text.task_id)?.conversation_id === open);
    const empty = { summary: null, conversations: [], tasks: [], settings: null };
    onFrame?.({ type: "changes", head, ...empty, ...what, texts: known });
  }

  function snapshot(): ViewFrame {
    return {
      type: "snapshot",
      head,
      summary: summary(),
      conversations: [...conversations.keys()].map(withCounts).filter((one) => one.deleted_at === null),
      tasks: [...tasks.values()].sort((a, b) => b.head - a.head).slice(0, 50),
      thread: open === null ? null : viewOf(open, turnsOf(open)),
      draft: newDraft,
      settings,
    };
  }

  function viewOf(conversationId: ConversationId, all: Turn[]): ThreadView {
    const turns = all.slice(-page);
    const shown = turns.flatMap((turn) => turn.tasks.map((task) => task.id));
    return {
      conversation_id: conversationId,
      turns,
      texts: shown.flatMap((id) => {
        const nodes = texts.get(id);
        return nodes ? [textOf(id, nodes)] : [];
      }),
      has_earlier: all.length > turns.length,
      draft: drafts.get(conversationId) ?? "",
    };
  }

  function turnsOf(conversationId: ConversationId): Turn[] {
    const turns = new Map<number, Task[]>();
    for (const task of tasks.values()) {
      if (task.conversation_id === conversationId) turns.set(task.turn, [...(turns.get(task.turn) ?? []), task]);
    }
    return [...turns].sort(([a], [b]) => a - b).map(([number, versions]) => ({ number, tasks: versions }));
  }

  function nextTurn(conversationId: ConversationId): number {
    return (turnsOf(conversationId).at(-1)?.number ?? 0) + 1;
  }

  function withCounts(id: ConversationId): Conversation {
    const conversation = conversations.get(id);
    if (!conversation) throw notFound(id);
    const its = [...tasks.values()].filter((task) => task.conversation_id === id);
    return {
      ...conversation,
      working: its.filter((task) => task.state === "queued" || task.state === "running").length,
      waiting: its.filter((task) => task.state === "waiting").length,
      unread: its.filter((task) => task.unread).length,
      failed: its.some((task) => task.unread && task.state === "failed"),
    };
  }

  function summary(): Summary {
    const all = [...tasks.values()];
    const isOpen = (task: Task) => task.state === "queued" || task.state === "running";
    return {
      working: all.filter((task) => isOpen(task) && task.lane === "background").length,
      needs_you: all.filter((task) => task.state === "waiting").length,
      failed: all.filter((task) => task.state === "failed" && task.unread).length,
      unread: all.filter((task) => task.state === "completed" && task.unread).length,
      interactive: all.filter((task) => isOpen(task) && task.lane === "interactive").length,
    };
  }

  function must(taskId: TaskId): Task {
    const task = tasks.get(taskId);
    if (!task) throw notFound(taskId);
    return task;
  }

  function record(client: Client): Client {
    const kept: Record<string, unknown> = {};
    for (const name of Object.keys(client) as (keyof Client)[]) {
      const call = client[name] as (...args: unknown[]) => Promise<unknown>;
      kept[name] = async (...args: unknown[]) => {
        calls.push({ name, args });
        const refusal = refusals.get(name);
        refusals.delete(name);
        if (refusal) throw refusal;
        return call(...args);
      };
    }
    return kept as unknown as Client;
  }
}

function textOf(taskId: TaskId, nodes: Node[]): TextView {
  const words = JSON.stringify(nodes).split(/\s+/).length;
  return { task_id: taskId, attempt: 1, nodes, words };
}

function attemptOf(task: Task) {
  return {
    task_id: task.id,
    number: Math.max(1, task.attempt),
    model: task.model,
    started_at: task.started_at ?? task.created_at,
    ended_at: task.ended_at,
    end: task.state === "completed" ? ("complete" as const) : null,
    error: task.error,
    usage: task.usage,
    kept_text: "",
  };
}

const notFound = (id: string): CommandError => ({ code: "not_found", message: `there is nothing called ${id}` });
const noModel: CommandError = {
  code: "no_model",
  message: "no model is configured; your prompt is kept. Choose one in the settings",
};

const plainSettings: Settings = {
  theme: "system",
  default_model: "ollama/qwen3",
  background_model: null,
  parallel_tasks: 4,
  notices: true,
  private_notices: false,
  quick_ask_shortcut: "Alt+Shift+Space",
  quit_on_close: false,
  close_explained: true,
  welcomed: true,
};

const plainDesktop: DesktopStatus = {
  tray: true,
  notices: "ready",
  shortcut: "ready",
  shortcut_message: null,
  keychain: true,
  data_dir: "~/.local/share/meanwhile",
  data_bytes: 12_582_912,
  version: "0.1.0",
  platform: "linux",
};

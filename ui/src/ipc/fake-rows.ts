// Rows of a made-up process, with everything that was not named filled in.
import { noBudget } from "../state/budget";
import { needsUser } from "../state/task-words";
import type { NamedFile } from "./client";
import type { FakeAgentRows } from "./fake-agents";
import type { FakeChannelRows } from "./fake-channels";
import type { FakeServerRows } from "./fake-servers";
import type {
  Admission,
  Attempt,
  Audit,
  Away,
  Calibration,
  CommandError,
  Conversation,
  ConversationId,
  DesktopStatus,
  ImportReport,
  LocalServer,
  Model,
  ModelProblem,
  Node,
  Proof,
  Proposed,
  ProviderRow,
  Settings,
  Summary,
  Task,
  TaskId,
  TaskLog,
  TextView,
  UsageReport,
} from "./types";

/** What a fake begins with; everything that is left out is empty. */
export interface FakeRows extends FakeAgentRows, FakeChannelRows, FakeServerRows {
  conversations?: Conversation[];
  tasks?: Task[];
  texts?: Record<TaskId, Node[]>;
  /** What was thought on the way to them. */
  thoughts?: Record<TaskId, Node[]>;
  /** What happened to a task, where it is more than one attempt. */
  logs?: Record<TaskId, TaskLog>;
  drafts?: Record<ConversationId, string>;
  newDraft?: string;
  settings?: Partial<Settings>;
  /** Work was cut and went on at this start. */
  wasCut?: boolean;
  models?: FakeModel[];
  /** Providers that do not name theirs now. */
  modelProblems?: ModelProblem[];
  providers?: ProviderRow[];
  local?: LocalServer[];
  desktop?: Partial<DesktopStatus>;
  /** What the pull-the-plug test finds. */
  proof?: Proof;
  /** What was used; what the tasks used when it is left out. */
  usage?: UsageReport;
  /** What comes of a file of another app. */
  imported?: ImportReport;
  /** What is told to who comes back. */
  away?: Away;
  /** What is suggested for a prompt; nothing when it is left out. */
  admit?: (proposed: Proposed) => Admission;
  audit?: Audit;
  calibration?: Calibration;
  /** The folders that the user names to the desktop. */
  named?: NamedFile[];
  /** Turns in the first view of a conversation. */
  page?: number;
}

let madeSoFar = 0;
export const fresh = (prefix: string) => `${prefix}_${String(++madeSoFar).padStart(6, "0")}`;
export const now = () => new Date().toISOString();

/** The one attempt of a task that needed no second. */
function stepOf({ started_at = null, ended_at = null }: Partial<Task>): Task["steps"][number] {
  return { label: "Ask qwen3", state: ended_at ? "done" : "current", fact: null, started_at, ended_at };
}

export function makeTask(change: Partial<Task> = {}): Task {
  const id = change.id ?? fresh("tsk");
  const conversationId = change.conversation_id ?? "cnv_1";
  return {
    id,
    conversation_id: conversationId,
    turn: 1,
    branch: 0,
    // The newest is shown.
    shown_seq: ++madeSoFar,
    prompt_id: `msg_${id}`,
    lane: "interactive",
    state: "completed",
    reason: null,
    due_at: null,
    title: "A task",
    prompt: "A prompt",
    attachments: [],
    model: "ollama/qwen3",
    parent_id: null,
    agent: null,
    folder: null,
    copy_of: null,
    plan: [],
    approvals: 0,
    worked: null,
    files_changed: 0,
    attempt: 1,
    created_at: now(),
    started_at: null,
    ended_at: null,
    detached_at: null,
    progress: null,
    steps: change.started_at ? [stepOf(change)] : [],
    remarks: [],
    children: [],
    finish_reason: null,
    usage: {
      input_tokens: null,
      output_tokens: null,
      cost_usd: null,
      estimated: false,
    },
    budget: null,
    ownership: {
      origin: "window",
      work: { kind: "conversation", id: conversationId },
      final: { kind: "conversation", id: conversationId },
      mode: "parent_mediated",
    },
    delivery: null,
    error: null,
    seams: [],
    thought_ms: null,
    retry_of: null,
    in_batch: false,
    is_remote: false,
    forecast: null,
    tier: "inline",
    unread: false,
    pinned: false,
    placement: null,
    muted: false,
    head: 1,
    ...change,
  };
}

/** A task in three parts, none of them begun. */
export function partsOf(files: { name: string }[]): Pick<Task, "progress" | "steps"> {
  const labels = ["Pages 1–10", "Pages 11–20", "All in all"];
  const step = (label: string) => ({ label, state: "pending", fact: null, started_at: null, ended_at: null }) as const;
  const label = files[0]?.name ?? "";
  return { progress: { done: 0, total: labels.length, unit: "parts", label }, steps: labels.map(step) };
}

/** A model by its provider and name; what is not said of it is not known. */
export type FakeModel = Partial<Model> & Pick<Model, "provider" | "name">;

export function makeModel(known: FakeModel): Model {
  return {
    id: `${known.provider}/${known.name}`,
    context: null,
    images: null,
    tools: null,
    reasoning: null,
    price: null,
    price_source: known.price ? "published" : null,
    listed_price: known.price ?? null,
    listed_source: known.price ? "published" : null,
    resumes: false,
    has_batches: false,
    ...known,
  };
}

export function makeConversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: fresh("cnv"),
    title: "A chat",
    model: null,
    has_manner: false,
    created_at: now(),
    updated_at: now(),
    deleted_at: null,
    working: 0,
    waiting: 0,
    unread: 0,
    failed: false,
    shown_seq: 0,
    ...change,
  };
}

export function textOf(taskId: TaskId, nodes: Node[]): TextView {
  const words = JSON.stringify(nodes).split(/\s+/).length;
  return { task_id: taskId, attempt: 1, nodes, words };
}

export function attemptOf(task: Task, change: Partial<Attempt> = {}): Attempt {
  return {
    task_id: task.id,
    number: Math.max(1, task.attempt),
    model: task.model,
    started_at: task.started_at ?? task.created_at,
    ended_at: task.ended_at,
    end: task.state === "completed" ? "complete" : null,
    error: task.error,
    usage: task.usage,
    kept_text: "",
    ...change,
  };
}

export function summaryOf(all: Task[]): Summary {
  const isActive = (task: Task) => task.state === "queued" || task.state === "running";
  return {
    working: all.filter((task) => isActive(task) && task.lane === "background").length,
    needs_you: all.filter(needsUser).length,
    failed: all.filter((task) => task.state === "failed" && task.unread).length,
    unread: all.filter((task) => task.state === "completed" && task.unread).length,
    interactive: all.filter((task) => isActive(task) && task.lane === "interactive").length,
  };
}

export const notFound = (id: string): CommandError => ({ code: "not_found", message: `there is nothing called ${id}` });
export const noModel: CommandError = {
  code: "no_model",
  message: "no model is configured; your prompt is kept. Choose one in the settings",
};

export const plainSettings: Settings = {
  theme: "system",
  default_model: "ollama/qwen3",
  background_model: null,
  favourites: [],
  parallel_tasks: 4,
  provider_tasks: {},
  task_budget: noBudget,
  day_limit: { usd: null, tokens: null, more: null },
  prices: {},
  silence: {},
  notices: true,
  private_notices: false,
  notice_events: {},
  quiet_hours: { on: false, from: 1_320, to: 420, needs_you_passes: false },
  quick_ask_shortcut: "Alt+Shift+Space",
  shortcuts: {},
  chat_names: "local",
  keep_awake: false,
  start_offered: false,
  quit_on_close: false,
  close_explained: true,
  offers: { never: false, without: [], hint_seen: false },
  welcomed: true,
};

export const plainDesktop: DesktopStatus = {
  tray: true,
  notices: "ready",
  shortcut: "ready",
  shortcut_message: null,
  autostart: false,
  awake_message: null,
  keychain: true,
  data_dir: "~/.local/share/meanwhile",
  data_warning: null,
  data_bytes: 12_582_912,
  copies: 0,
  copied_at: null,
  version: "0.1.0",
  platform: "linux",
};

// Agents of a made-up process: who there is, what they ask, what they did and changed.
import type { Client } from "./client";
import { fresh, notFound, now } from "./fake-rows";
import type { FakeStore } from "./fake-store";
import type {
  Agent,
  Approval,
  Call,
  CommandError,
  Decision,
  FileChange,
  Permit,
  PutBack,
  Remark,
  TaskId,
  UnreadAgent,
} from "./types";

/** What a fake knows of agents; everything that is left out is empty. */
export interface FakeAgentRows {
  agents?: Agent[];
  /** Files that are no agents. */
  unreadAgents?: UnreadAgent[];
  /** Folders of earlier work. */
  workFolders?: string[];
  /** The folder that the user picks; `null` when they think better of it. */
  workFolder?: string | null;
  /** What waits for a yes or an answer. */
  approvals?: Approval[];
  /** The calls of a task. */
  calls?: Record<TaskId, Call[]>;
  /** What a task changed. */
  fileChanges?: Record<TaskId, FileChange[]>;
  permits?: Permit[];
}

type AgentClient = Pick<
  Client,
  | "agents"
  | "unreadAgents"
  | "pickWorkFolder"
  | "workFolders"
  | "approvals"
  | "decide"
  | "calls"
  | "say"
  | "fileChanges"
  | "makeBranch"
  | "putBack"
  | "permits"
  | "revokePermit"
>;

const HOUR_MS = 3_600_000;

export function agentClient(store: FakeStore, rows: FakeAgentRows): AgentClient {
  let approvals = rows.approvals ?? [];
  let permits = rows.permits ?? [];
  const changes = new Map(Object.entries(rows.fileChanges ?? {}));
  const openOf = (taskId: TaskId | null) =>
    approvals.filter((one) => one.decision === null && (taskId === null || one.task_id === taskId));

  function decided(id: number, decision: Decision, hash: string, words: string | null): Approval {
    const asked = approvals.find((one) => one.id === id);
    if (!asked) throw notFound(`question ${id}`);
    if (asked.decision !== null) throw conflict("this was decided before, and that counts");
    if (asked.hash !== hash) {
      throw conflict("what would happen is not what was shown any more; look again. Nothing was decided");
    }
    const one = { ...asked, decision, decided_at: now(), decided_by: "window", words };
    approvals = approvals.map((other) => (other.id === id ? one : other));
    const stands = decision === "allow_always" || decision === "reject_always";
    if (stands) permits = [permitOf(one, permits.length + 1, store), ...permits];
    const left = openOf(one.task_id).length;
    const goesOn = { approvals: left, state: "running", reason: null, error: null } as const;
    const remarks = [...store.task(one.task_id).remarks, ...remarkOf(one)];
    store.change(one.task_id, { remarks, ...(left === 0 ? goesOn : { approvals: left }) });
    return one;
  }

  function back(taskId: TaskId, path: string | null): PutBack {
    const all = changes.get(taskId) ?? [];
    const wanted = all.filter((change) => path === null || change.path === path);
    const restored = wanted.filter((change) => !change.is_edited_since).map((change) => change.path);
    const conflicts = wanted.filter((change) => change.is_edited_since).map((change) => change.path);
    changes.set(
      taskId,
      all.filter((change) => !restored.includes(change.path)),
    );
    const remark: Remark = { at: now(), kind: "put_back", restored: restored.length, files: restored };
    const remarks = [...store.task(taskId).remarks, ...(restored.length > 0 ? [remark] : [])];
    store.change(taskId, { files_changed: all.length - restored.length, remarks });
    return { restored, conflicts };
  }

  return {
    agents: async () => rows.agents ?? agentsHere,
    unreadAgents: async () => rows.unreadAgents ?? [],
    pickWorkFolder: async () => rows.workFolder ?? null,
    workFolders: async () => rows.workFolders ?? [],
    approvals: async (taskId) => openOf(taskId),
    decide: async (id, decision, hash, words) => decided(id, decision, hash, words),
    async say(taskId, text) {
      const said: Remark = { at: now(), kind: "said", text };
      return store.change(taskId, { remarks: [...store.task(taskId).remarks, said] });
    },
    calls: async (taskId) => rows.calls?.[taskId] ?? [],
    fileChanges: async (taskId) => changes.get(taskId) ?? [],
    makeBranch: async (taskId) => ({
      name: "meanwhile/mend-the-notes",
      commit: "a".repeat(40),
      folder: store.task(taskId).copy_of ?? "",
      files: 2,
    }),
    putBack: async (taskId, path) => back(taskId, path),
    permits: async () => permits,
    async revokePermit(id) {
      permits = permits.filter((permit) => permit.id !== id);
    },
  };
}

/** What the user says to a question, as it stands in the chat; a plain yes does not. */
function remarkOf({ decision, detail, summary: about, words }: Approval): Remark[] {
  const text = words ?? "";
  const isQuestion = detail.kind === "question";
  if (decision === "reject" || decision === "reject_always") {
    if (isQuestion) return [{ at: now(), kind: "unanswered", about, text }];
    return [{ at: now(), kind: "refused", about, text, is_standing: decision === "reject_always" }];
  }
  return isQuestion ? [{ at: now(), kind: "answered", about, text }] : [];
}

function permitOf({ tool, effect, task_id, detail, decision }: Approval, id: number, store: FakeStore): Permit {
  const command = effect === "run" && detail.kind === "command" ? JSON.stringify({ command: detail.line }) : null;
  const line = detail.kind === "page" ? detail.host : command;
  const folder = store.task(task_id).folder ?? "";
  const denies = decision === "reject_always";
  return { id, tool, folder, arguments: line, given_at: now(), expires_at: in_(90 * 24 * HOUR_MS), denies };
}

const conflict = (message: string): CommandError => ({ code: "conflict", message });
const in_ = (ms: number) => new Date(Date.now() + ms).toISOString();

export function makeApproval(change: Partial<Approval> = {}): Approval {
  return {
    id: Number(fresh("0").replace(/\D/g, "")),
    task_id: "tsk_1",
    conversation_id: "cnv_1",
    title: "A task",
    agent: "General",
    call: 1,
    tool: "edit_file",
    effect: "write",
    summary: "Edit README.md",
    detail: { kind: "diff", path: "README.md", text: DIFF, added: 1, removed: 1, is_new: false },
    note: "",
    hash: fresh("hash"),
    asked_at: now(),
    expires_at: in_(24 * HOUR_MS),
    decision: null,
    decided_at: null,
    decided_by: null,
    words: null,
    ...change,
  };
}

export function makeCall(change: Partial<Call> = {}): Call {
  return {
    number: 1,
    tool: "read_file",
    arguments: '{"path":"README.md"}',
    label: "Read README.md",
    state: "done",
    fact: "120 lines",
    result: "# Ferry timetable\n\nA small program.",
    asked_at: now(),
    started_at: now(),
    ended_at: now(),
    ...change,
  };
}

export const DIFF = `--- a/README.md
+++ b/README.md
@@ -1,3 +1,3 @@
 # Ferry timetable
-A smal program.
+A small program.
 It prints departures.
`;

const reading = ["list_folder", "read_file", "search_files", "update_plan", "ask_user"];
const outside = ["fetch_page", "notify_user"];
const agent = (name: string, about: string, tools: string[]): Agent => ({
  name,
  about,
  source: "installed",
  instructions: about,
  tools,
  servers: [],
  model: null,
  original: null,
});

/** Those that come with Meanwhile. */
export const agentsHere: Agent[] = [
  agent(
    "General",
    "Does a job in a folder step by step: reads, changes files, runs commands, each change after your yes.",
    [...reading, "edit_file", "write_file", "delete_file", "run_command", ...outside],
  ),
  agent("Researcher", "Reads a folder and pages of the web, and answers questions with places; changes nothing.", [
    ...reading,
    ...outside,
  ]),
  agent("Reviewer", "Reads code or text critically and lists what is wrong, the worst first; changes nothing.", [
    ...reading,
    "run_command",
  ]),
];

// Agents: who works on a prompt and where, what they ask, what they did and changed.
import type { AgentChoice, Branch, ConversationId, NewToolServer, PutBack, TaskId } from "../ipc/types";
import { decide, lookAgain } from "./approvals";
import { channels } from "./channels";
import { ask } from "./connection";
import { rememberAgents, rememberedAgents } from "./remembered";
import { agentFor, type State, useStore } from "./store";

/** Chats whose choice is remembered. */
const KEPT = 50;

/** What the parts of the window may do with agents. Those that give a value reject with a `CommandError`. */
export const agents = {
  ...channels,
  agents: () => ask().agents(),
  unreadAgents: () => ask().unreadAgents(),
  workFolders: () => ask().workFolders(),
  pickWorkFolder: () => ask().pickWorkFolder(),
  calls: (taskId: TaskId) => ask().calls(taskId),
  /** Tells an agent at work something. */
  say: (taskId: TaskId, text: string) => ask().say(taskId, text),
  fileChanges: (taskId: TaskId) => ask().fileChanges(taskId),
  permits: () => ask().permits(),
  revokePermit: (id: number) => ask().revokePermit(id),
  toolServers: () => ask().toolServers(),
  addToolServer: (server: NewToolServer) => ask().addToolServer(server),
  acceptToolServer: (name: string, hash: string) => ask().acceptToolServer(name, hash),
  tryToolServer: (name: string) => ask().tryToolServer(name),
  removeToolServer: (name: string) => ask().removeToolServer(name),
  decide,
  lookAgain,

  /** Puts back what a task changed, all of it or one file. */
  makeBranch: (taskId: TaskId): Promise<Branch> => ask().makeBranch(taskId),
  putBack: (taskId: TaskId, path: string | null): Promise<PutBack> => ask().putBack(taskId, path),

  /** Keeps what comes next of a task in view, such as its next question, where that stands at the end of the open chat. */
  followTask(taskId: TaskId): void {
    if (useStore.getState().thread?.turns.at(-1)?.tasks.includes(taskId)) useStore.setState({ sentTask: taskId });
  },

  /** Has an agent work on the prompts of this chat from now on; `null` for nobody but the model. */
  chooseAgent(conversationId: ConversationId | null, choice: AgentChoice | null): void {
    const { [conversationId ?? "new"]: _before, ...rest } = useStore.getState().agentFor;
    // The newest is the last. That nobody is to work in a chat is kept as well, against the agent that worked in it last.
    keep(choice === null && conversationId === null ? rest : { ...rest, [conversationId ?? "new"]: choice });
  },
};

/** Who works on a prompt: the agent of the composer, and on a new version the one that worked on the other. */
export function workerOf(
  state: State,
  conversationId: ConversationId | null,
  editOf: TaskId | undefined,
): AgentChoice | null {
  if (editOf === undefined) return agentFor(state, conversationId);
  const { agent = null, folder = null } = state.tasks[editOf] ?? {};
  return agent === null ? null : { name: agent, folder };
}

/** A new chat has its first prompt: what was chosen for it stays with it. */
export function moveAgent(to: ConversationId): void {
  const { new: choice, ...rest } = useStore.getState().agentFor;
  if (choice) keep({ ...rest, [to]: choice });
}

/** What this window knew last time. */
export function recallAgents(): void {
  useStore.setState({ agentFor: rememberedAgents() });
}

function keep(all: State["agentFor"]): void {
  const agentFor = Object.fromEntries(Object.entries(all).slice(-KEPT));
  useStore.setState({ agentFor });
  rememberAgents(agentFor);
}

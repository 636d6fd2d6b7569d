import type {
  AddedProvider,
  Admission,
  Agent,
  Approval,
  Attached,
  Attachment,
  Audit,
  Away,
  Branch,
  Budget,
  Calibration,
  Call,
  Channel,
  Conversation,
  ConversationId,
  Decision,
  DesktopStatus,
  Draft,
  FileChange,
  FolderFiles,
  FoundTasks,
  ImportReport,
  Lane,
  LocalServer,
  Manner,
  Models,
  NewChannel,
  NewProvider,
  NewToolServer,
  Node,
  Permit,
  Placement,
  Proof,
  ProofStep,
  Proposed,
  ProviderRow,
  ProviderTest,
  PutBack,
  PutForward,
  SearchResult,
  SendMessage,
  Sent,
  Settings,
  Task,
  TaskId,
  TaskLog,
  TaskQuery,
  ThreadView,
  Timeline,
  ToolServer,
  UnreadAgent,
  UsageReport,
  ViewFrame,
} from "./types";

/** How far the reading of a file is, in pages, sheets or slides; of a folder, in files. */
export interface FileProgress {
  done: number;
  of: number;
}

/** A file or folder that the user named to the desktop: where it is the page does not learn. */
export interface NamedFile {
  id: number;
  name: string;
}

/** What a chat is exported as: to read, or for programs. */
export type ExportFormat = "markdown" | "jsonl";

/** Everything the page can ask for. Each call rejects with a `CommandError`. */
export interface Client {
  /** Follows with this conversation open. Who knows every row up to an event of the log gets what changed since, not a snapshot. */
  subscribe(
    conversationId: ConversationId | null,
    known: number | null,
    onFrame: (frame: ViewFrame) => void,
  ): Promise<number>;
  /** Wants frames of a subscription at least so many milliseconds apart. */
  setPace(subscription: number, ms: number): Promise<void>;
  sendMessage(args: SendMessage): Promise<Sent>;
  continueInBackground(taskId: TaskId): Promise<Task>;
  stopTask(taskId: TaskId): Promise<Task>;
  pauseTask(taskId: TaskId): Promise<Task>;
  /** Everything that is queued or running in the background. */
  pauseAll(): Promise<void>;
  resumeAll(): Promise<void>;
  /** Goes on, with another model if one is named; of what failed that is a new task. What waits for a moment is tried now. */
  resumeTask(taskId: TaskId, model?: string): Promise<Task>;
  setBudget(taskId: TaskId, budget: Budget): Promise<Task>;
  finishTask(taskId: TaskId): Promise<Task>;
  /** Without a model the one that answered before is asked. */
  retryTask(taskId: TaskId, lane: Lane, model: string | null): Promise<Sent>;
  /** Shows the branch a task stands in, and it as the answer of its prompt. */
  showTask(taskId: TaskId): Promise<PutForward>;
  /** Of answers that are compared shows this one alone. */
  keepAnswer(taskId: TaskId): Promise<Task>;
  markSeen(taskId: TaskId): Promise<void>;
  /** Says where an answer belongs that came back after its chat had gone on; `null` for where it came back. */
  placeAnswer(taskId: TaskId, placement: Placement | null): Promise<void>;
  /** The user looks at the window: what happened while they did not; `null` for nothing of note. */
  comeBack(): Promise<Away | null>;
  renameConversation(conversationId: ConversationId, title: string): Promise<Conversation>;
  deleteConversation(conversationId: ConversationId): Promise<Conversation>;
  restoreConversation(conversationId: ConversationId): Promise<Conversation>;
  saveDraft(draft: Draft): Promise<void>;
  /** Copies a file into the store; gives its hash. */
  keepFile(file: Blob): Promise<string>;
  /** Has the user pick a folder; `null` when they thought better of it. */
  pickFolder(): Promise<NamedFile | null>;
  /** Whether what is dragged over the window are files, where the desktop tells. */
  filesOver(): Promise<boolean>;
  /** What was dropped on the window just now, where the desktop tells; each drop is told once. */
  droppedFiles(): Promise<NamedFile[]>;
  /** Copies a file that the user named, or the files of a folder; gives the hash. */
  keepNamed(id: number): Promise<string>;
  /** Which files of a folder that was read are sent, and which are not. */
  folderFiles(hash: string): Promise<FolderFiles>;
  /** Finds out what stands in a file or folder that was copied. */
  readFile(file: Attached, onProgress: (progress: FileProgress) => void): Promise<Attachment>;
  agents(): Promise<Agent[]>;
  unreadAgents(): Promise<UnreadAgent[]>;
  /** Has the user pick the folder in which an agent works; `null` when they thought better of it. */
  pickWorkFolder(): Promise<string | null>;
  /** Folders of earlier work, newest first; they need not be picked again. */
  workFolders(): Promise<string[]>;
  /** What waits for a yes or an answer, of one task or of all. */
  approvals(taskId: TaskId | null): Promise<Approval[]>;
  /** The first word counts; `hash` is that of what was shown. */
  decide(id: number, decision: Decision, hash: string, words: string | null): Promise<Approval>;
  /** Tells an agent at work something; it hears that with its next request. */
  say(taskId: TaskId, text: string): Promise<Task>;
  /** Everything that the agent of a task had done. */
  calls(taskId: TaskId): Promise<Call[]>;
  fileChanges(taskId: TaskId): Promise<FileChange[]>;
  /** Puts back what a task changed, all of it or one file. */
  makeBranch(taskId: TaskId): Promise<Branch>;
  putBack(taskId: TaskId, path: string | null): Promise<PutBack>;
  permits(): Promise<Permit[]>;
  revokePermit(id: number): Promise<void>;
  /** Servers of tools, by name; none is started for it. */
  toolServers(): Promise<ToolServer[]>;
  /** Starts or calls a server and keeps which tools it names; nobody uses them before they are accepted. */
  addToolServer(server: NewToolServer): Promise<ToolServer>;
  /** `hash` is that of what was shown. */
  acceptToolServer(name: string, hash: string): Promise<ToolServer>;
  /** Asks it anew which tools it has. */
  tryToolServer(name: string): Promise<ToolServer>;
  removeToolServer(name: string): Promise<void>;
  /** Ways to tell the user beside the app, in the order they were added. */
  channels(): Promise<Channel[]>;
  /** It tells nobody of anything before its test arrived. */
  addChannel(channel: NewChannel): Promise<Channel>;
  /** Sends its preview, and nothing else. */
  testChannel(name: string): Promise<Channel>;
  /** The user says whether the test arrived. */
  confirmChannel(name: string, arrived: boolean): Promise<Channel>;
  removeChannel(name: string): Promise<void>;
  /** Whether anybody is told of a task outside the app. */
  muteTask(taskId: TaskId, muted: boolean): Promise<Task>;
  earlierTurns(conversationId: ConversationId, before: number): Promise<ThreadView>;
  manner(conversationId: ConversationId): Promise<Manner>;
  setManner(conversationId: ConversationId, manner: Manner): Promise<Conversation>;
  search(query: string): Promise<SearchResult>;
  /** Tasks in whatever state, newest first, a page at a time. */
  findTasks(query: TaskQuery): Promise<FoundTasks>;
  /** What was worked on between two moments, such as the beginning and the end of a day here. */
  dayOf(from: string, to: string): Promise<Timeline>;
  /** Keeps a task in sight, or no longer. */
  pinTask(taskId: TaskId, pinned: boolean): Promise<void>;
  /** The answer of a task as far as it is there, whatever chat is open. */
  taskText(taskId: TaskId): Promise<Node[]>;
  taskLog(taskId: TaskId): Promise<TaskLog>;
  attemptText(taskId: TaskId, attempt: number): Promise<Node[]>;
  /** What the model thought aloud on its way to the answer. */
  thoughts(taskId: TaskId): Promise<Node[]>;
  /** The models that the providers named when they were asked last; nobody is asked now. */
  knownModels(): Promise<Models>;
  models(): Promise<Models>;
  providers(): Promise<ProviderRow[]>;
  addProvider(provider: NewProvider): Promise<AddedProvider>;
  removeProvider(name: string): Promise<void>;
  testProvider(name: string): Promise<ProviderTest>;
  tryProvider(provider: NewProvider): Promise<ProviderTest>;
  detectLocal(): Promise<LocalServer[]>;
  saveSettings(settings: Settings): Promise<Settings>;
  /** What would be suggested for a prompt if it were sent now. */
  admit(proposed: Proposed): Promise<Admission>;
  /** What was sat through in the last week. */
  audit(): Promise<Audit>;
  /** How good forecasts were. */
  calibration(): Promise<Calibration>;
  /** What was used in the last days, today included; `null` for all of them. */
  usage(days: number | null): Promise<UsageReport>;
  /** Allows the limit of a day once more for today. */
  allowToday(): Promise<Settings>;
  copyAnswer(taskId: TaskId): Promise<void>;
  /** The whole chat as Markdown. */
  copyConversation(conversationId: ConversationId): Promise<void>;
  /** Writes a chat to a file that the user names to the desktop; gives its name, `null` when they thought better of it. */
  exportConversation(conversationId: ConversationId, format: ExportFormat): Promise<string | null>;
  /** Writes every chat to one such file. */
  exportEverything(format: ExportFormat): Promise<string | null>;
  /** Brings in the chats of another app or another Meanwhile from a file that the user picks; `null` when they picked none. */
  importChats(onProgress: (report: ImportReport) => void): Promise<ImportReport | null>;
  copyText(text: string): Promise<void>;
  openLink(url: string): Promise<void>;
  desktopStatus(): Promise<DesktopStatus>;
  /** Makes a checked copy of all data now. */
  makeCopy(): Promise<DesktopStatus>;
  testNotice(): Promise<void>;
  /** Pulls the plug on a second process; takes about 15 seconds. */
  prove(onStep: (step: ProofStep) => void): Promise<Proof>;
  setShortcut(shortcut: string | null): Promise<DesktopStatus>;
  /** Waits ten seconds for the keys of quick ask; says whether they arrived. */
  testShortcut(): Promise<boolean>;
  /** Has Meanwhile start with the session, hidden, or no longer. */
  setAutostart(on: boolean): Promise<DesktopStatus>;
  /** Whether starting with the session would have helped: work that was cut went on at this start. */
  startOffer(): Promise<boolean>;
  /** Draws this window larger, in per cent. */
  setZoom(percent: number): Promise<void>;
  windowReady(): Promise<void>;
  hideQuickAsk(): Promise<void>;
  openMain(conversationId: ConversationId | null, taskId: TaskId | null): Promise<void>;
  quit(force: boolean): Promise<{ working: number }>;
  closeChoice(quit: boolean): Promise<void>;
  /** As if the close button of the window had been pressed. */
  closeWindow(): Promise<void>;
}

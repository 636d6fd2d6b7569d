// This file and `channel.ts` are the only ones that know Tauri.
import { invoke } from "@tauri-apps/api/core";
import { channel } from "./channel";
import type { Client, FileProgress } from "./client";
import type { ImportReport, ProofStep, ViewFrame } from "./types";

/** The process sends at most 512 frames ahead of what the page says it has taken, so a page that hangs is not buried. */
const REPORT = 256;

/** Talks to the process this page lives in. */
export const tauriClient: Client = {
  async subscribe(conversationId, known, onFrame) {
    let id: number | null = null;
    let taken = 0;
    const frames = channel<ViewFrame>((frame) => {
      taken += 1;
      if (id !== null && taken >= REPORT) {
        void invoke("frames_taken", { id, count: taken });
        taken = 0;
      }
      onFrame(frame);
    });
    id = await invoke<number>("subscribe", { conversationId, known, onFrame: frames });
    return id;
  },
  setPace: (id, ms) => invoke("set_pace", { id, ms }),
  sendMessage: (args) => invoke("send_message", { args }),
  continueInBackground: (taskId) => invoke("continue_in_background", { taskId }),
  stopTask: (taskId) => invoke("stop_task", { taskId }),
  pauseTask: (taskId) => invoke("pause_task", { taskId }),
  pauseAll: () => invoke("pause_all"),
  resumeAll: () => invoke("resume_all"),
  resumeTask: (taskId, model = undefined) => invoke("resume_task", { taskId, model: model ?? null }),
  setBudget: (taskId, budget) => invoke("set_budget", { taskId, budget }),
  finishTask: (taskId) => invoke("finish_task", { taskId }),
  retryTask: (taskId, lane, model) => invoke("retry_task", { taskId, lane, model }),
  showTask: (taskId) => invoke("show_task", { taskId }),
  keepAnswer: (taskId) => invoke("keep_answer", { taskId }),
  markSeen: (taskId) => invoke("mark_seen", { taskId }),
  placeAnswer: (taskId, placement) => invoke("place_answer", { taskId, placement }),
  comeBack: () => invoke("come_back"),
  renameConversation: (conversationId, title) => invoke("rename_conversation", { conversationId, title }),
  deleteConversation: (conversationId) => invoke("delete_conversation", { conversationId }),
  restoreConversation: (conversationId) => invoke("restore_conversation", { conversationId }),
  saveDraft: (draft) => invoke("save_draft", { draft }),
  keepFile: async (file) => invoke("keep_file", await file.arrayBuffer()),
  pickFolder: () => invoke("pick_folder"),
  filesOver: () => invoke("files_over"),
  droppedFiles: () => invoke("dropped_files"),
  keepNamed: (id) => invoke("keep_named", { id }),
  folderFiles: (hash) => invoke("folder_files", { hash }),
  readFile: (file, onProgress) => invoke("read_file", { file, onProgress: channel<FileProgress>(onProgress) }),
  agents: () => invoke("agents"),
  unreadAgents: () => invoke("unread_agents"),
  pickWorkFolder: () => invoke("pick_work_folder"),
  workFolders: () => invoke("work_folders"),
  approvals: (taskId) => invoke("approvals", { taskId }),
  decide: (id, decision, hash, words) => invoke("decide", { id, decision, hash, words }),
  say: (taskId, text) => invoke("say", { taskId, text }),
  calls: (taskId) => invoke("calls", { taskId }),
  fileChanges: (taskId) => invoke("file_changes", { taskId }),
  makeBranch: (taskId) => invoke("make_branch", { taskId }),
  putBack: (taskId, path) => invoke("put_back", { taskId, path }),
  permits: () => invoke("permits"),
  revokePermit: (id) => invoke("revoke_permit", { id }),
  toolServers: () => invoke("tool_servers"),
  addToolServer: (server) => invoke("add_tool_server", { server }),
  acceptToolServer: (name, hash) => invoke("accept_tool_server", { name, hash }),
  tryToolServer: (name) => invoke("try_tool_server", { name }),
  removeToolServer: (name) => invoke("remove_tool_server", { name }),
  channels: () => invoke("channels"),
  addChannel: (channel) => invoke("add_channel", { channel }),
  testChannel: (name) => invoke("test_channel", { name }),
  confirmChannel: (name, arrived) => invoke("confirm_channel", { name, arrived }),
  removeChannel: (name) => invoke("remove_channel", { name }),
  muteTask: (taskId, muted) => invoke("mute_task", { taskId, muted }),
  earlierTurns: (conversationId, before) => invoke("earlier_turns", { conversationId, before }),
  manner: (conversationId) => invoke("manner", { conversationId }),
  setManner: (conversationId, manner) => invoke("set_manner", { conversationId, manner }),
  search: (query) => invoke("search", { query }),
  findTasks: (query) => invoke("find_tasks", { query }),
  dayOf: (from, to) => invoke("timeline", { from, to }),
  pinTask: (taskId, pinned) => invoke("pin_task", { taskId, pinned }),
  taskText: (taskId) => invoke("task_text", { taskId }),
  taskLog: (taskId) => invoke("task_log", { taskId }),
  attemptText: (taskId, attempt) => invoke("attempt_text", { taskId, attempt }),
  thoughts: (taskId) => invoke("thoughts", { taskId }),
  knownModels: () => invoke("known_models"),
  models: () => invoke("models"),
  providers: () => invoke("providers"),
  addProvider: (provider) => invoke("add_provider", { provider }),
  removeProvider: (name) => invoke("remove_provider", { name }),
  testProvider: (name) => invoke("test_provider", { name }),
  tryProvider: (provider) => invoke("try_provider", { provider }),
  detectLocal: () => invoke("detect_local"),
  saveSettings: (settings) => invoke("save_settings", { settings }),
  admit: (proposed) => invoke("admit", { proposed }),
  audit: () => invoke("audit"),
  calibration: () => invoke("calibration"),
  usage: (days) => invoke("usage", { days }),
  allowToday: () => invoke("allow_today"),
  copyAnswer: (taskId) => invoke("copy_answer", { taskId }),
  copyConversation: (conversationId) => invoke("copy_conversation", { conversationId }),
  exportConversation: (conversationId, format) => invoke("export_conversation", { conversationId, format }),
  exportEverything: (format) => invoke("export_everything", { format }),
  importChats: (onProgress) => invoke("import_chats", { onProgress: channel<ImportReport>(onProgress) }),
  copyText: (text) => invoke("copy_text", { text }),
  openLink: (url) => invoke("open_link", { url }),
  desktopStatus: () => invoke("desktop_status"),
  makeCopy: () => invoke("make_copy"),
  testNotice: () => invoke("test_notice"),
  prove: (onStep) => invoke("prove", { onStep: channel<ProofStep>(onStep) }),
  setShortcut: (shortcut) => invoke("set_shortcut", { shortcut }),
  testShortcut: () => invoke("test_shortcut"),
  setAutostart: (on) => invoke("set_autostart", { on }),
  startOffer: () => invoke("start_offer"),
  setZoom: (percent) => invoke("set_zoom", { percent }),
  windowReady: () => invoke("window_ready"),
  hideQuickAsk: () => invoke("hide_quick_ask"),
  openMain: (conversationId, taskId) => invoke("open_main", { conversationId, taskId }),
  quit: (force) => invoke("quit", { force }),
  closeChoice: (quit) => invoke("close_choice", { quit }),
  closeWindow: () => invoke("close_window"),
};

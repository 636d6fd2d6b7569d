// A client without a process: for tests, and under the demo. Rows in memory, frames by hand.
import type { Client } from "./client";
import { agentClient } from "./fake-agents";
import { channelClient } from "./fake-channels";
import { attachmentOf, folderFiles, hashOf } from "./fake-files";
import { foundClient } from "./fake-found";
import { proofSteps, soundProof } from "./fake-proof";
import { attemptOf, type FakeRows, fresh, makeModel, notFound, now, textOf } from "./fake-rows";
import { serverClient } from "./fake-servers";
import { FakeStore } from "./fake-store";
import { allowToday, usageOf } from "./fake-usage";
import type { CommandError, Node, Patch, SignOfLife, Task, TaskId, ViewFrame } from "./types";

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
  /** Says that text of these tasks grew, in whatever chat. */
  /** The model thinks aloud. */
  think(taskId: TaskId, nodes: Node[]): void;
  alive(signs: SignOfLife[]): void;
  push(frame: ViewFrame): void;
  /** Has `act` called after each accepted task. */
  onAccepted(act: (task: Task) => void): void;
}

export function makeFake(rows: FakeRows = {}): Fake {
  const store = new FakeStore(rows);
  const calls: Fake["calls"] = [];
  const refusals = new Map<keyof Client, CommandError>();
  return {
    client: recorded(clientOf(store, rows), calls, refusals),
    calls,
    refuse: (name, error) => void refusals.set(name, error),
    task: (taskId) => store.task(taskId),
    change: (taskId, change) => store.change(taskId, change),
    patch: (task_id, patches, words = 0) => store.tell({ texts: [{ change: "patches", task_id, patches, words }] }),
    whole(taskId, nodes) {
      store.texts.set(taskId, nodes);
      store.tell({ texts: [{ change: "whole", ...textOf(taskId, nodes) }] });
    },
    think(taskId, nodes) {
      store.thoughts.set(taskId, nodes);
      store.tell({ thoughts: [{ change: "whole", ...textOf(taskId, nodes) }] });
    },
    alive: (alive) => store.tell({ alive }),
    push: (frame) => store.onFrame?.(frame),
    onAccepted(act) {
      store.onAccepted = act;
    },
  };
}

function clientOf(store: FakeStore, rows: FakeRows): Client {
  const models = (rows.models ?? []).map(makeModel);
  const known = { models, problems: [], published_on: "2025-10-01" };
  const logOf = (id: TaskId) => rows.logs?.[id] ?? { events: [], attempts: [attemptOf(store.task(id))] };
  return {
    async subscribe(conversationId, _known, onFrame) {
      store.follow(conversationId, onFrame);
      return 1;
    },
    async setPace() {},
    async sendMessage(message) {
      const { conversation_id, text, lane, model, edit_of } = message;
      const { attachments = [], in_parts = false, in_batch = false, manner = null, compare_with = null } = message;
      const { name = null, folder = null } = message.agent ?? {};
      const editOf = edit_of === null ? undefined : store.task(edit_of);
      const files = attachments.map(attachmentOf);
      const how = { inParts: in_parts, inBatch: in_batch, worker: { agent: name, folder } };
      const asked = { conversationId: conversation_id, prompt: text, lane, editOf, model, files, ...how };
      const task = store.accept(asked);
      if (manner) store.setManner(task.conversation_id, manner);
      if (compare_with !== null) store.acceptBeside(task, compare_with);
      return { task, is_new: true };
    },
    continueInBackground: async (id) => store.change(id, { lane: "background", detached_at: now() }),
    stopTask: async (id) =>
      store.change(id, { state: "cancelled", finish_reason: "cancelled", ended_at: now(), reason: null }),
    pauseTask: async (id) => store.change(id, { state: "paused", reason: null }),
    pauseAll: async () => store.changeAway(["queued", "running"], { state: "paused", reason: null }),
    resumeAll: async () => store.changeAway(["paused"], { state: "queued" }),
    async resumeTask(id, model) {
      const retryOf = store.task(id);
      const { state, conversation_id: conversationId, prompt, lane } = retryOf;
      if (state === "failed" || state === "cancelled") {
        return store.accept({ conversationId, prompt, lane, model: model ?? retryOf.model, retryOf });
      }
      const now = { state: "queued", reason: null, error: null, due_at: null } as const;
      return store.change(id, { ...now, ...(model !== undefined && { model }) });
    },
    setBudget: async (id, budget) =>
      store.change(id, {
        budget,
        ...(store.task(id).reason === "budget" && { state: "queued", reason: null, error: null }),
      }),
    finishTask: async (id) =>
      store.change(id, { state: "completed", finish_reason: "accepted", ended_at: now(), reason: null, error: null }),
    async retryTask(id, lane, other) {
      const retryOf = store.task(id);
      const { conversation_id, prompt, model } = retryOf;
      const asked = { conversationId: conversation_id, prompt, lane, model: other ?? model, retryOf };
      return { task: store.accept(asked), is_new: true };
    },
    async showTask(id) {
      const instead_of = store.shownInsteadOf(id);
      return { task: store.show(id), instead_of };
    },
    keepAnswer: async (id) => store.show(id, true),
    async markSeen(id) {
      const { delivery } = store.task(id);
      store.change(id, { unread: false, delivery: delivery && { ...delivery, state: "seen" } });
    },
    placeAnswer: async (id, placement) => void store.change(id, { placement }),
    comeBack: async () => rows.away ?? null,
    renameConversation: async (id, title) => store.changeConversation(id, { title }),
    deleteConversation: async (id) => store.changeConversation(id, { deleted_at: now() }),
    restoreConversation: async (id) => store.changeConversation(id, { deleted_at: null }),
    async saveDraft({ conversation_id, text, attachments }) {
      store.draftFiles.set(conversation_id, attachments);
      if (conversation_id === null) store.newDraft = text;
      else store.drafts.set(conversation_id, text);
    },
    keepFile: async (file) => hashOf(file),
    pickFolder: async () => rows.named?.[0] ?? null,
    filesOver: async () => rows.named !== undefined,
    droppedFiles: async () => rows.named ?? [],
    keepNamed: async (id) => `folder ${id}`,
    folderFiles: async () => folderFiles,
    async readFile(file, onProgress) {
      const found = attachmentOf(file);
      for (let done = 1; done <= found.places; done += 1) onProgress({ done, of: found.places });
      return found;
    },
    ...agentClient(store, rows),
    ...serverClient(rows),
    ...channelClient(rows),
    muteTask: async (id, muted) => store.change(id, { muted }),
    earlierTurns: async (id, before) => store.view(id, before),
    manner: async (id) => store.manners.get(id) ?? { system: "", temperature: null, max_tokens: null },
    setManner: async (id, manner) => store.setManner(id, manner),
    search: async (query) => store.search(query),
    ...foundClient(store),
    taskLog: async (id) => logOf(id),
    async attemptText(id, attempt) {
      const kept = logOf(id).attempts.find(({ number }) => number === attempt);
      if (!kept) throw notFound(`attempt ${attempt}`);
      return kept.kept_text.split("\n\n").map((text) => ({ t: "paragraph", children: [{ t: "text", text }] }));
    },
    thoughts: async (id) => store.thoughts.get(id) ?? [],
    knownModels: async () => known,
    models: async () => ({ ...known, problems: rows.modelProblems ?? [] }),
    providers: async () => store.providers,
    async addProvider({ name, kind, base_url, key, key_env, headers = {}, proxy = null }) {
      const key_source = key ? "keychain" : key_env ? "environment" : "none";
      const where = { key_source, key_env, headers: Object.keys(headers), proxy } as const;
      const row = { id: fresh("prv"), name, kind, base_url, ...where, created_at: now() };
      store.providers = [...store.providers.filter((other) => other.name !== name), row];
      if (store.settings.default_model === null) store.apply({ default_model: `${name}/qwen3` });
      return { name, key_source };
    },
    async removeProvider(name) {
      store.providers = store.providers.filter((provider) => provider.name !== name);
    },
    testProvider: async () => ({ latency_ms: 42, models: models.map((model) => model.name) }),
    tryProvider: async () => ({ latency_ms: 58, models: ["qwen3", "gemma3"] }),
    detectLocal: async () => rows.local ?? [],
    saveSettings: async (next) => store.apply(next),
    admit: async (proposed) => rows.admit?.(proposed) ?? { tier: "inline", signs: [], forecast: null },
    audit: async () => rows.audit ?? { watched: [], offer_again: [], offer_no_more: [] },
    calibration: async () => rows.calibration ?? { right: 0, of: 0, models: [] },
    usage: async (days) => rows.usage ?? usageOf(store.allTasks(), store.titles(), store.settings.day_limit, days),
    allowToday: async () => allowToday(store),
    copyAnswer: async () => {},
    copyConversation: async () => {},
    exportConversation: async (_id, format) => (format === "markdown" ? "Chat.md" : "Chat.jsonl"),
    exportEverything: async (format) => (format === "markdown" ? "Chats.md" : "Chats.jsonl"),
    async importChats(onProgress) {
      const report = rows.imported ?? { imported: 0, prompts: 0, already_here: 0, left_out: {}, stopped: null };
      onProgress(report);
      return report;
    },
    copyText: async () => {},
    openLink: async () => {},
    desktopStatus: async () => store.desktop,
    async makeCopy() {
      store.desktop = { ...store.desktop, copies: store.desktop.copies + 1, copied_at: new Date().toISOString() };
      return store.desktop;
    },
    testNotice: async () => {},
    async prove(onStep) {
      for (const step of proofSteps) onStep(step);
      return rows.proof ?? soundProof;
    },
    async setShortcut(shortcut) {
      store.apply({ quick_ask_shortcut: shortcut });
      store.desktop = { ...store.desktop, shortcut: shortcut === null ? "off" : "ready" };
      return store.desktop;
    },
    testShortcut: async () => store.desktop.shortcut === "ready",
    async setAutostart(on) {
      store.apply({ start_offered: true });
      store.desktop = { ...store.desktop, autostart: on };
      return store.desktop;
    },
    startOffer: async () => rows.wasCut ?? false,
    setZoom: async () => {},
    windowReady: async () => {},
    hideQuickAsk: async () => {},
    openMain: async () => {},
    quit: async () => ({ working: store.summary().working }),
    closeChoice: async () => {},
    closeWindow: async () => {},
  };
}

/** The same client, with every call written down and some refused. */
function recorded(client: Client, calls: Fake["calls"], refusals: Map<keyof Client, CommandError>): Client {
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

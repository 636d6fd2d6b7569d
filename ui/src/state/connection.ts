// The line to the process: one subscription, frames in, commands out.

import type { Client } from "../ipc/client";
import type { CommandError, ConversationId, Rows, Task, ThreadView, ViewFrame } from "../ipc/types";
import { followPace, measurePace } from "../stream/pace";
import { applyTextChange, applyThoughtChange, changeTexts, replaceTexts } from "../stream/texts";
import { listenTo, noteActivity, noteRow } from "./activity";
import { followBindings } from "./bindings";
import { forgetDrafts } from "./drafts";
import { isFirstRun, snapshotOf, withOpened, withRows, withThread } from "./reduce";
import { useStore } from "./store";
import { isFinal } from "./task-words";
import { noteThoughts, thinkingIn } from "./thinking";

let client: Client | null = null;
// Frames of a subscription that was replaced meanwhile are of no interest.
let generation = 0;
// The newest event whose rows this window has; `null` before the first snapshot.
let known: number | null = null;
let isPainted = false;

type ShowFrame = Extract<ViewFrame, { type: "show" }>;

let onShow: (frame: ShowFrame) => void = () => {};

/** Begins with this chat, or with a new one for `null`. `show` is called when the shell wants something shown. */
export function begin(
  to: Client,
  conversationId: ConversationId | null,
  show: (frame: ShowFrame) => void,
): Promise<void> {
  client = to;
  onShow = show;
  forgetDrafts();
  followBindings();
  return subscribe(conversationId);
}

/** The process. */
export function ask(): Client {
  if (!client) throw new Error("connect first");
  return client;
}

/** Follows this conversation from now on; the window shows one at a time. */
export async function subscribe(conversationId: ConversationId | null): Promise<void> {
  generation += 1;
  const mine = generation;
  try {
    const since = useStore.getState().connection === "live" ? known : null;
    const id = await ask().subscribe(conversationId, since, (frame) => {
      if (mine === generation || frame.type === "show") applyFrame(frame);
    });
    if (mine === generation) followPace((ms) => void quietly(ask().setPace(id, ms)));
  } catch (error) {
    if (mine !== generation) return;
    useStore.setState({ connection: "lost", problem: asCommandError(error) });
  }
}

/** Takes one message of the process: texts go to their DOM, everything else into the state. */
export function applyFrame(frame: ViewFrame): void {
  if (frame.type === "changes") {
    const { thread, texts = [], thoughts = [], alive, rows } = frame;
    if (texts.length > 0 || rows) measurePace();
    if (thread) takeThread(thread);
    for (const change of texts) applyTextChange(change);
    for (const change of thoughts) applyThoughtChange(change);
    noteThoughts(texts, thoughts);
    if (alive) for (const sign of alive) noteActivity(sign.task_id, sign.bytes ?? undefined);
    // A frame that carries only text must not wake React.
    if (rows) takeRows(rows);
  } else if (frame.type === "show") {
    onShow(frame);
  } else if (frame.type === "opened") {
    known = frame.rows.head;
    for (const task of frame.rows.tasks) noteRow(task);
    replaceTexts(frame.thread?.texts ?? [], frame.thread?.thoughts);
    useStore.setState((state) => ({ ...withOpened(state, frame), thinking: thinkingIn(frame.thread) }));
  } else {
    known = frame.head;
    listenTo(frame.tasks);
    replaceTexts(frame.thread?.texts ?? [], frame.thread?.thoughts);
    useStore.setState((state) => ({ ...snapshotOf(state, frame), thinking: thinkingIn(frame.thread) }));
    if (isPainted) return;
    isPainted = true;
    if (isFirstRun(frame)) useStore.setState({ page: "welcome" });
    tellPainted();
  }
}

/** Says once that the first frame stands on screen; a window that is not shown yet never gets that far by itself. */
function tellPainted(): void {
  let isTold = false;
  const tell = () => {
    if (isTold) return;
    isTold = true;
    void quietly(ask().windowReady());
  };
  requestAnimationFrame(() => setTimeout(tell));
  setTimeout(tell, 200);
}

/** Another version of the open chat. What stays on screen is not drawn again: its reader may have unfolded or marked some of it. */
function takeThread(view: ThreadView): void {
  const before = useStore.getState();
  const had = before.thread?.turns.flatMap((turn) => turn.tasks.flatMap((id) => before.tasks[id] ?? [])) ?? [];
  const settled = new Set(had.filter(isFinal).map((task) => task.id));
  useStore.setState((state) => ({
    ...withThread(state, view),
    thinking: { ...thinkingIn(view), ...state.thinking },
  }));
  const shown = useStore.getState().thread?.turns.flatMap((turn) => turn.tasks) ?? [];
  changeTexts(view, { shown, settled });
}

function takeRows(rows: Rows): void {
  known = rows.head;
  for (const task of rows.tasks) noteRow(task);
  useStore.setState((state) => withRows(state, rows));
}

/** A row that a command gave back, taken in like a frame. */
export function take(task: Task): void {
  takeAll([task]);
}

/** The same of several. */
export function takeAll(tasks: Task[]): void {
  const rows = { summary: null, conversations: [], tasks, settings: null };
  useStore.setState((state) => withRows(state, rows));
}

/** Runs a command of the chat; a refusal is shown above the composer. */
export async function attempt<T>(command: Promise<T>): Promise<T | null> {
  try {
    const answer = await command;
    if (useStore.getState().problem) useStore.setState({ problem: null });
    return answer;
  } catch (error) {
    useStore.setState({ problem: asCommandError(error) });
    return null;
  }
}

/** Shows what a command made of a task. */
export async function step(command: Promise<Task>): Promise<void> {
  const task = await attempt(command);
  if (task) take(task);
}

/** Runs a command whose refusal nobody could do anything about. */
export async function quietly(command: Promise<unknown>): Promise<void> {
  try {
    await command;
  } catch {
    // Nothing a user could do about it; the next frame says how things stand.
  }
}

/** The refusal in the form every command uses, also for failures of the page itself. */
export function asCommandError(error: unknown): CommandError {
  if (typeof error === "object" && error !== null && "code" in error && "message" in error) {
    return error as CommandError;
  }
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

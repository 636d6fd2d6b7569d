import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Fake, makeFake } from "../../ipc/fake";
import { type FakeRows, makeConversation, makeTask } from "../../ipc/fake-rows";
import type { Node } from "../../ipc/types";
import { canRunShortcut, listen } from "../../keys/registry";
import type { ShortcutId } from "../../keys/shortcuts";
import { connect } from "../../state/actions";
import { initialState, useStore } from "../../state/store";
import { ThreadPane } from "./thread-pane";

const said = (text: string): Node => ({ t: "paragraph", children: [{ t: "text", text }] });
const chat = makeConversation({ id: "cnv_1", title: "Tenders", model: "ollama/qwen3" });

let stopListening = () => {};
beforeEach(() => {
  localStorage.clear();
  useStore.setState(initialState, true);
  stopListening = listen(window);
});
afterEach(() => {
  cleanup();
  stopListening();
});

async function opened(rows: FakeRows = {}, conversationId: string | null = "cnv_1"): Promise<Fake> {
  const fake = makeFake({ conversations: [chat], ...rows });
  render(<ThreadPane />);
  await act(() => connect(fake.client, conversationId));
  return fake;
}

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
const type = (text: string) => fireEvent.change(field(), { target: { value: text } });
const press = (key: string, more: object = {}) => act(async () => void fireEvent.keyDown(field(), { key, ...more }));
const callsOf = (fake: Fake, name: string) => fake.calls.filter((call) => call.name === name).map((call) => call.args);
const sentOf = (fake: Fake) => callsOf(fake, "sendMessage").map(([args]) => args as Record<string, unknown>);

test("Enter sends the prompt into the open chat and empties the field", async () => {
  const fake = await opened();
  type("Compare the tenders");
  await press("Enter");
  expect(sentOf(fake)[0]).toMatchObject({
    conversation_id: "cnv_1",
    text: "Compare the tenders",
    lane: "interactive",
    origin: "window",
  });
  expect(field().value).toBe("");
  expect(screen.getByText("Compare the tenders")).toBeTruthy();
});

test("Ctrl Shift Enter sends the prompt to the background, and its place says so", async () => {
  const fake = await opened();
  type("Compare the tenders");
  await press("Enter", { ctrlKey: true, shiftKey: true });
  expect(sentOf(fake)[0]).toMatchObject({ lane: "background" });
  expect(screen.getByText("Got it. We'll keep working on this.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Stop/ })).toBeNull();
});

test("Shift Enter is a line break, and Enter of an input method is its own", async () => {
  const fake = await opened();
  type("one");
  await press("Enter", { shiftKey: true });
  await press("Enter", { isComposing: true });
  await press("Enter", { keyCode: 229 });
  expect(sentOf(fake)).toEqual([]);
});

test("/background before a prompt sends the rest of it away", async () => {
  const fake = await opened();
  type("/background count the files");
  expect(screen.getByText(/Enter sends this to the background/)).toBeTruthy();
  await press("Enter");
  expect(sentOf(fake)[0]).toMatchObject({ lane: "background", text: "count the files" });
});

test("/bg alone lets the answer that streams go on in the background", async () => {
  const running = makeTask({ id: "tsk_1", state: "running" });
  const fake = await opened({ tasks: [running], texts: { tsk_1: [said("Half an")] } });
  type("/bg");
  await press("Enter");
  expect(callsOf(fake, "continueInBackground")).toEqual([["tsk_1"]]);
  expect(field().value).toBe("");
});

test("the model that is shown is the one that is asked, whatever the way", async () => {
  const fake = await opened({ settings: { default_model: "other/large", background_model: "other/cheap" } });
  expect(screen.getByRole("button", { name: "Model: ollama/qwen3" })).toBeTruthy();
  type("one");
  await press("Enter");
  type("two");
  await press("Enter", { ctrlKey: true, shiftKey: true });
  type("/background three");
  await press("Enter");
  expect(sentOf(fake).map(({ model }) => model)).toEqual(["ollama/qwen3", "ollama/qwen3", "ollama/qwen3"]);
});

test("a refused prompt is put back, and the reason stands above it", async () => {
  const fake = await opened();
  fake.refuse("sendMessage", { code: "storage", message: "the disk is full; your prompt is kept" });
  type("Compare the tenders");
  await press("Enter");
  expect(field().value).toBe("Compare the tenders");
  expect(screen.getByText("The disk is full; your prompt is kept.")).toBeTruthy();
});

test("while an answer streams, Stop and Continue in background stand side by side", async () => {
  const running = makeTask({ id: "tsk_1", state: "running", started_at: new Date().toISOString() });
  const fake = await opened({ tasks: [running] });
  expect(screen.getByRole("button", { name: /Stop/ })).toBeTruthy();
  await act(async () => screen.getByRole("button", { name: /Continue in background/ }).click());
  expect(callsOf(fake, "continueInBackground")).toEqual([["tsk_1"]]);
  expect(screen.getByText("Going on in the background.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Stop/ })).toBeNull();
});

test("Esc stops the answer, and what was there is kept", async () => {
  const running = makeTask({ id: "tsk_1", state: "running" });
  const fake = await opened({ tasks: [running], texts: { tsk_1: [said("Half an")] } });
  await press("Escape");
  expect(callsOf(fake, "stopTask")).toEqual([["tsk_1"]]);
  expect(screen.getByText("Half an")).toBeTruthy();
  expect(screen.getByText(/Stopped by you/)).toBeTruthy();
});

test("text arrives in its place without waking the rest", async () => {
  const running = makeTask({ id: "tsk_1", state: "running" });
  const fake = await opened({ tasks: [running], texts: { tsk_1: [said("Half")] } });
  const before = useStore.getState();
  fake.patch("tsk_1", [{ op: "text", path: [0, 0], text: " an answer" }], 3);
  expect(screen.getByText("Half an answer")).toBeTruthy();
  expect(useStore.getState()).toBe(before);
});

test("an answer of the background comes back under its own prompt", async () => {
  const away = makeTask({ id: "tsk_1", turn: 1, lane: "background", state: "running", prompt: "First" });
  const next = makeTask({ id: "tsk_2", turn: 2, prompt: "Second", created_at: "2026-01-01T00:00:10.000Z" });
  const fake = await opened({ tasks: [away, next], texts: { tsk_1: [said("It is Nordkai.")] } });
  const times = { started_at: "2026-01-01T00:00:00.000Z", ended_at: "2026-01-01T00:03:12.000Z" };
  await act(async () => {
    fake.change("tsk_1", {
      state: "completed",
      finish_reason: "stop",
      created_at: "2026-01-01T00:00:00.000Z",
      ...times,
      steps: makeTask(times).steps,
      unread: true,
    });
  });
  const [first, second] = screen.getAllByRole("article");
  expect(first?.textContent).toContain("Finished in background");
  expect(first?.textContent).toContain("took 3 m 12 s");
  expect(first?.textContent).toContain("It is Nordkai.");
  expect(second?.textContent).toContain("Second");
  expect(screen.getByText("You went on here while it worked")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Go to it" })).toBeTruthy();
});

test("a result that comes when the chat has gone on asks where it belongs, and what was put away can be brought back", async () => {
  const times = { created_at: "2026-01-01T00:00:00.000Z", ended_at: "2026-01-01T00:03:12.000Z" };
  const late = makeTask({ id: "tsk_1", turn: 1, lane: "background", state: "completed", prompt: "First", ...times });
  const next = makeTask({ id: "tsk_2", turn: 2, title: "Second", created_at: "2026-01-01T00:00:10.000Z" });
  const fake = await opened({ tasks: [late, next], texts: { tsk_1: [said("It is Nordkai.")] } });
  const asks = () => screen.queryByRole("complementary", { name: "This result came late" });
  expect(asks()?.textContent).toContain("1 prompt since, the last “Second”");
  await act(async () => screen.getByRole("button", { name: "Keep aside" }).click());
  expect(asks()).toBeNull();
  expect(screen.getByText("Result kept aside.")).toBeTruthy();
  expect(screen.queryByText("It is Nordkai.")).toBeNull();
  await act(async () => screen.getByRole("button", { name: "Show" }).click());
  expect(screen.getByText("It is Nordkai.")).toBeTruthy();
  await act(async () => screen.getByRole("button", { name: "Insert" }).click());
  expect(screen.queryByText("Result kept aside.")).toBeNull();
  expect(screen.getByText("It is Nordkai.")).toBeTruthy();
  expect(callsOf(fake, "placeAnswer")).toEqual([
    ["tsk_1", "aside"],
    ["tsk_1", "inserted"],
  ]);
});

test("ArrowUp in an empty field edits the last prompt, which then has two versions", async () => {
  const done = makeTask({ id: "tsk_1", prompt: "What is 2 + 2?" });
  const fake = await opened({ tasks: [done], texts: { tsk_1: [said("4")] } });
  await press("ArrowUp");
  const edit = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Edit the prompt" });
  fireEvent.change(edit, { target: { value: "What is 2 + 3?" } });
  await act(async () => void fireEvent.keyDown(edit, { key: "Enter" }));
  expect(sentOf(fake)[0]).toMatchObject({ text: "What is 2 + 3?", edit_of: "tsk_1" });
  expect(screen.getByText("Version 2 of 2")).toBeTruthy();
  await act(async () => screen.getByRole("button", { name: "Earlier version" }).click());
  expect(screen.getByText("What is 2 + 2?")).toBeTruthy();
  expect(screen.getByText("4")).toBeTruthy();
});

test("Esc while editing goes back to the text field and stops nothing", async () => {
  const running = makeTask({ id: "tsk_1", state: "running" });
  const fake = await opened({ tasks: [running] });
  await press("ArrowUp");
  const edit = screen.getByRole("textbox", { name: "Edit the prompt" });
  await act(async () => void fireEvent.keyDown(edit, { key: "Escape" }));
  expect(callsOf(fake, "stopTask")).toEqual([]);
  expect(document.activeElement).toBe(field());
});

test("a failure names cause, what is kept and the next step, in its place", async () => {
  const failed = makeTask({
    id: "tsk_1",
    state: "failed",
    lane: "background",
    error: {
      code: "unreachable",
      message: "nothing listens at 127.0.0.1:11434",
      hint: "Start Ollama.",
      retryable: true,
    },
  });
  const fake = await opened({ tasks: [failed] });
  const place = screen.getByRole("region", { name: "Failed" });
  expect(place.textContent).toContain("Nothing listens at 127.0.0.1:11434.");
  expect(place.textContent).toContain("Start Ollama.");
  await act(async () => within(place).getByRole("button", { name: "Retry" }).click());
  expect(callsOf(fake, "retryTask")).toEqual([["tsk_1", "background", null]]);
});

test("a draft is kept per chat", async () => {
  const other = makeConversation({ id: "cnv_2", title: "Other" });
  const fake = await opened({ conversations: [chat, other], drafts: { cnv_1: "half a thought" } });
  expect(field().value).toBe("half a thought");
  type("half a thought, and more");
  fireEvent.blur(field());
  const kept = { conversation_id: "cnv_1", text: "half a thought, and more", attachments: [] };
  expect(callsOf(fake, "saveDraft").at(-1)).toEqual([kept]);
});

test("a chat is renamed in place", async () => {
  const fake = await opened();
  expect(screen.getByRole("heading", { name: "Tenders" })).toBeTruthy();
  await act(() => fake.client.renameConversation("cnv_1", "Heat pumps"));
  expect(screen.getByRole("heading", { name: "Heat pumps" })).toBeTruthy();
});

test("without a model nothing can be sent, and the way to one is shown", async () => {
  const fake = await opened({ conversations: [], settings: { default_model: null } }, null);
  type("Hello");
  await press("Enter");
  expect(sentOf(fake)).toEqual([]);
  expect(screen.getByRole("heading", { name: "No model yet" })).toBeTruthy();
  expect(field().value).toBe("Hello");
  const composer = field().closest<HTMLElement>(".composer");
  expect(within(composer ?? document.body).getAllByRole("button", { name: "Choose a model" })).toHaveLength(1);
});

test("a screen reader hears that a reply is finished, with its length", async () => {
  const running = makeTask({ id: "tsk_1", state: "running" });
  const fake = await opened({ tasks: [running] });
  fake.patch("tsk_1", [{ op: "append", path: [], nodes: [said("Two words")] }], 2);
  await act(async () => void fake.change("tsk_1", { state: "completed", finish_reason: "stop" }));
  expect(screen.getByText("Reply finished, 2 words")).toBeTruthy();
  expect(screen.getByRole("log").getAttribute("aria-live")).toBe("off");
});

test("a stop after the first word is said in the singular", async () => {
  const fake = await opened({ tasks: [makeTask({ id: "tsk_1", state: "running" })] });
  fake.patch("tsk_1", [{ op: "append", path: [], nodes: [said("One")] }], 1);
  await act(async () => void fake.change("tsk_1", { state: "cancelled" }));
  expect(screen.getByText("Stopped after 1 word")).toBeTruthy();
});

test("what the shell asks to see is opened, and counts as seen", async () => {
  const other = makeConversation({ id: "cnv_2", title: "Other" });
  const there = makeTask({ id: "tsk_9", conversation_id: "cnv_2", prompt: "Over there", unread: true });
  const fake = await opened({ conversations: [chat, other], tasks: [there] });
  await act(async () => fake.push({ type: "show", conversation_id: "cnv_2", task_id: "tsk_9", page: null }));
  expect(screen.getByRole("heading", { name: "Other" })).toBeTruthy();
  expect(screen.getByText("Over there")).toBeTruthy();
  expect(callsOf(fake, "markSeen")).toContainEqual(["tsk_9"]);
});

test("after the first prompt went away, the chat asks once about desktop notices", async () => {
  const away = makeTask({ id: "tsk_1", lane: "background", state: "running" });
  const fake = await opened({ tasks: [away], settings: { notices: null } });
  await act(async () => screen.getByRole("button", { name: "Enable notifications" }).click());
  expect(callsOf(fake, "saveSettings")[0]?.[0]).toMatchObject({ notices: true });
  expect(screen.queryByRole("button", { name: "Enable notifications" })).toBeNull();
});

test("a command of the chat can run only while there is something for it to do", async () => {
  const commands: ShortcutId[] = ["stop", "detach", "regenerate", "copy-reply", "copy-code", "delete-chat"];
  const fake = await opened({ tasks: [makeTask({ id: "tsk_a", conversation_id: "cnv_1", state: "running" })] });
  const canRun = () => commands.filter(canRunShortcut);
  expect(canRun()).toEqual(["stop", "detach", "copy-reply", "delete-chat"]);
  await act(async () => void fake.change("tsk_a", { state: "completed" }));
  expect(canRun()).toEqual(["regenerate", "copy-reply", "delete-chat"]);
  cleanup();
  await opened({}, null);
  expect(canRun()).toEqual([]);
});

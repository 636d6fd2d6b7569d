import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clearToasts, Toaster } from "../../components/toast";
import { type Fake, makeFake } from "../../ipc/fake";
import { type FakeRows, makeConversation, makeTask } from "../../ipc/fake-rows";
import type { Admission, Forecast } from "../../ipc/types";
import { connect } from "../../state/actions";
import { initialState, useStore } from "../../state/store";
import { ThreadPane } from "./thread-pane";

const chat = makeConversation({ id: "cnv_1", title: "Pumps", model: "ollama/qwen3" });
const minutes: Forecast = { low_ms: 185_000, high_ms: 290_000, usual_ms: 200_000, from: 7 };
const long: Admission = { tier: "upfront", signs: [{ shape: "document", count: 50 }], forecast: minutes };
const nothing: Admission = { tier: "inline", signs: [], forecast: null };
/** Long is what says so. */
const admit: FakeRows["admit"] = ({ text }) => (text.includes("long") ? long : nothing);

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  useStore.setState(initialState, true);
  clearToasts();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function opened(rows: FakeRows = {}): Promise<Fake> {
  const fake = makeFake({ conversations: [chat], admit, ...rows });
  render(
    <>
      <ThreadPane />
      <Toaster />
    </>,
  );
  await act(() => connect(fake.client, "cnv_1"));
  return fake;
}

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
const write = (value: string) => fireEvent.change(field(), { target: { value } });
const pause = (ms = 300) => act(() => vi.advanceTimersByTimeAsync(ms));
const key = (name: string, more = {}) => act(async () => void fireEvent.keyDown(field(), { key: name, ...more }));
const press = (name: string) => act(async () => screen.getByRole("button", { name }).click());
const offer = () => screen.queryByRole("region", { name: "Suggestion" });
const sentOf = (fake: Fake) => fake.calls.filter((call) => call.name === "sendMessage").map(({ args }) => args[0]);
const askedOf = (fake: Fake) => fake.calls.filter((call) => call.name === "admit").length;

test("a long prompt is offered the background with the reason and the time, and nothing is sent by itself", async () => {
  const fake = await opened();
  write("A long read of pumps");
  await pause();
  expect(within(offer() as HTMLElement).getByRole("status").textContent).toBe(
    "This reads about 50 pages. It usually takes 3–5 min on this model.",
  );
  await pause(60_000);
  expect(sentOf(fake)).toEqual([]);
  await press("Background we will notify you");
  expect(sentOf(fake)).toMatchObject([{ text: "A long read of pumps", lane: "background" }]);
  expect(offer()).toBeNull();
  expect(document.activeElement).toBe(field());
});

test("Enter streams as it always does, and so does the other button", async () => {
  const fake = await opened();
  write("A long read of pumps");
  await pause();
  await key("Enter");
  write("Another long read");
  await pause();
  await press("Stream now stay and watch");
  expect(sentOf(fake)).toMatchObject([{ lane: "interactive" }, { lane: "interactive" }]);
});

test("typing asks nothing, and what is said of an older draft is not shown", async () => {
  const answers: ((said: Admission) => void)[] = [];
  const fake = await opened();
  fake.client.admit = () => new Promise((done) => answers.push(done));
  for (const text of ["A long read", "A long read of", "A long read of pu", "A long read of pumps"]) write(text);
  expect(answers).toHaveLength(0);
  await pause();
  expect(answers).toHaveLength(1);
  write("What is the capital of France?");
  await act(async () => answers[0]?.(long));
  expect(offer()).toBeNull();
  await pause();
  await act(async () => answers[1]?.(long));
  expect(offer()).toBeTruthy();
});

test("a few letters and commands are not asked about", async () => {
  const fake = await opened();
  for (const text of ["long", "/background a long read of pumps", "/compare a long read of pumps"]) {
    write(text);
    await pause();
  }
  expect(askedOf(fake)).toBe(0);
});

test("what is dismissed stays away for this prompt and comes back with the next", async () => {
  await opened();
  write("A long read of pumps");
  await pause();
  await press("Not for this prompt");
  expect(offer()).toBeNull();
  expect(document.activeElement).toBe(field());
  write("A long read of pumps and more");
  await pause();
  expect(offer()).toBeNull();
  await key("Enter");
  write("The next long read");
  await pause();
  expect(offer()).toBeTruthy();
});

test("a kind can be switched off where it is offered, and on again", async () => {
  const fake = await opened();
  write("A long read of pumps");
  await pause();
  const menu = screen.getByRole("button", { name: "When to suggest this" });
  await act(async () => void fireEvent.keyDown(menu, { key: "Enter" }));
  expect(screen.getAllByRole("menuitem").map((item) => item.textContent)).toEqual([
    "Not for documents like this",
    "Never offer",
  ]);
  await act(async () => screen.getByRole("menuitem", { name: "Not for documents like this" }).click());
  const settings = () => useStore.getState().settings.offers;
  expect(settings()).toEqual({ never: false, without: ["document"], hint_seen: false });
  await press("Undo");
  expect(settings().without).toEqual([]);
  const asked = askedOf(fake);
  await pause();
  expect(askedOf(fake)).toBeGreaterThan(asked);
});

const running = (change: Parameters<typeof makeTask>[0]) => {
  const started_at = new Date(Date.now() - 1_000).toISOString();
  return makeTask({ id: "tsk_1", conversation_id: "cnv_1", state: "running", started_at, ...change });
};
const medium: Forecast = { low_ms: 54_000, high_ms: 72_000, usual_ms: 60_000, from: 5 };

test("an answer of a minute says so beside its button while it streams", async () => {
  await opened({ tasks: [running({ tier: "detach", forecast: medium })] });
  expect(screen.getByText("Usually takes 50–75 s. Continue in background if you like.")).toBeTruthy();
  await press("Not for this answer");
  expect(screen.queryByText(/Usually takes/)).toBeNull();
});

test("after half a minute of any other answer it is said once that there is a background", async () => {
  const fake = await opened({ tasks: [running({ id: "tsk_2" })] });
  expect(screen.queryByText(/This may take a while/)).toBeNull();
  await pause(31_000);
  expect(
    screen.getByText("This may take a while. Continue in background (Ctrl ⇧ B) and we will tell you."),
  ).toBeTruthy();
  await press("Do not say this again");
  expect(screen.queryByText(/This may take a while/)).toBeNull();
  expect(useStore.getState().settings.offers.hint_seen).toBe(true);
  expect(fake.calls.some((call) => call.name === "continueInBackground")).toBe(false);
});

test("who follows the hint is not told again", async () => {
  await opened({ tasks: [running({ id: "tsk_3" })] });
  await pause(31_000);
  await press("Continue in background");
  expect(useStore.getState().settings.offers.hint_seen).toBe(true);
});

test("what was offered before it was sent is not offered again, and nothing is where nothing is wanted", async () => {
  await opened({ tasks: [running({ id: "tsk_4", tier: "upfront" })] });
  await pause(60_000);
  expect(screen.queryByText(/may take a while/)).toBeNull();
  cleanup();
  const never = { never: true, without: [], hint_seen: false };
  await opened({ tasks: [running({ id: "tsk_5", tier: "detach", forecast: medium })], settings: { offers: never } });
  await pause(60_000);
  expect(screen.queryByText(/Continue in background (if|\()/)).toBeNull();
});

test("a slash lists the commands, and the keys choose one", async () => {
  await opened();
  write("/");
  const names = () => screen.queryAllByRole("option").map((option) => option.textContent?.split(/(?=[A-Z])/)[0]);
  expect(names()).toEqual(["/background", "/compare", "/agent"]);
  const chosen = () => screen.getByRole("option", { selected: true }).id;
  const first = chosen();
  expect(field().getAttribute("aria-activedescendant")).toBe(first);
  await key("ArrowDown");
  expect(field().getAttribute("aria-activedescendant")).toBe(chosen());
  expect(chosen()).not.toBe(first);
  await key("Enter");
  expect(field().value).toBe("/compare ");
  expect(names()).toEqual([]);
  expect(field().getAttribute("aria-controls")).toBeNull();
});

test("Esc closes the commands and stops nothing, and a path is a prompt", async () => {
  const fake = await opened({ tasks: [running({ id: "tsk_6" })] });
  write("/b");
  await key("Escape");
  expect(screen.queryByRole("listbox")).toBeNull();
  expect(fake.calls.some((call) => call.name === "stopTask")).toBe(false);
  write("/bin/ls does what?");
  expect(screen.queryByRole("listbox")).toBeNull();
  await key("Enter");
  expect(sentOf(fake)).toMatchObject([{ text: "/bin/ls does what?", lane: "interactive" }]);
});

import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { App } from "../../../app";
import { makeApproval } from "../../../ipc/fake-agents";
import { makeConversation, makeModel, makeTask } from "../../../ipc/fake-rows";
import { callsOf, openWindow } from "../../../ipc/open-window";
import type { Event, Node, Task } from "../../../ipc/types";
import { listen } from "../../../keys/registry";
import { actions } from "../../../state/actions";
import { useStore } from "../../../state/store";
import { nothingYet, useLookedAt } from "./looked-at";
import { MissionPage } from "./mission-page";

const chat = makeConversation({ id: "cnv_1", title: "A chat" });
const away = (change: Partial<Task>) => makeTask({ lane: "background", conversation_id: "cnv_1", ...change });
const row = (title: string) => screen.getByRole("button", { name: title }).closest("li") as HTMLElement;
const said = (text: string): Node => ({ t: "paragraph", children: [{ t: "text", text }] });

afterEach(cleanup);
beforeEach(() => useLookedAt.setState(nothingYet, true));

async function open(tasks: Task[], more: Parameters<typeof openWindow>[0] = {}) {
  const fake = await openWindow({ conversations: [chat], tasks, ...more });
  act(() => actions.setPage("mission"));
  render(<MissionPage />);
  return fake;
}

test("what needs you comes first, then what works, then what ended and was not seen, failures before the rest", async () => {
  await open([
    away({ title: "New result", state: "completed", unread: true }),
    away({ title: "Broken", state: "failed", unread: true }),
    away({ title: "At work", state: "running" }),
    away({ title: "Cut off", state: "waiting", reason: "interrupted" }),
    away({ title: "Seen before", state: "completed" }),
  ]);
  const live = document.querySelector(".mission-live") as HTMLElement;
  const titles = within(live)
    .getAllByRole("button", { expanded: false })
    .filter((button) => button.className.includes("task-title"))
    .map((button) => button.textContent);
  expect(titles).toEqual(["Cut off", "At work", "Broken", "New result"]);
});

test("the shortcut opens it from a chat, and Esc goes back", async () => {
  await openWindow({ conversations: [chat], tasks: [away({ title: "At work", state: "running" })] }, "cnv_1");
  const stop = listen(window);
  render(<App isQuickAsk={false} />);
  const focused = () => document.activeElement ?? document.body;
  fireEvent.keyDown(focused(), { key: "M", code: "KeyM", ctrlKey: true, shiftKey: true });
  expect(await screen.findByRole("heading", { level: 1, name: "Mission control" })).toBeTruthy();
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(useStore.getState().page).toBe("chat");
  stop();
});

test("the list of chats says how many tasks need you, and opens the page", async () => {
  await openWindow({ conversations: [chat], tasks: [away({ state: "waiting", reason: "key" })] }, "cnv_1");
  render(<App isQuickAsk={false} />);
  const entry = screen.getByRole("button", { name: /^Mission control/ });
  expect(entry.textContent).toBe("Mission control1needs you");
  fireEvent.click(entry);
  expect(useStore.getState().page).toBe("mission");
  expect(entry.getAttribute("aria-current")).toBe("page");
});

test("the steps of what works are in sight, with their real counts", async () => {
  const plan: Task["plan"] = [
    { label: "Read the orders", state: "done" },
    { label: "Compare invoices", state: "current", done: 45, total: 100 },
    { label: "List the differences", state: "pending" },
  ];
  await open([away({ title: "Invoices", state: "running", agent: "General", plan })]);
  const steps = within(row("Invoices")).getByRole("list", { name: "Plan" });
  expect(Array.from(steps.children, (step) => step.textContent)).toEqual([
    "done: Read the orders",
    "at work: Compare invoices45 of 100",
    "to come: List the differences",
  ]);
});

test("what works says when it was last heard of, and what it cost so far", async () => {
  const usage = { input_tokens: 900, output_tokens: 40, cost_usd: 0.19, estimated: false };
  await open([away({ title: "Invoices", state: "running", started_at: new Date().toISOString(), usage })]);
  expect(row("Invoices").querySelector(".mission-life")?.textContent).toBe("$0.19 so far. Last sign of life just now");
});

test("a row opens to its text, its log and its facts, and counts as seen", async () => {
  const task = away({ id: "tsk_a", title: "Tenders", state: "completed", unread: true });
  const fake = await open([task], { texts: { tsk_a: [said("Nordkai is the cheapest.")] } });
  fireEvent.click(screen.getByRole("button", { name: "Tenders" }));
  expect(await within(row("Tenders")).findByText("Nordkai is the cheapest.")).toBeTruthy();
  expect(await within(row("Tenders")).findByText("Attempt 1: complete")).toBeTruthy();
  expect(callsOf(fake, "markSeen")).toEqual([["tsk_a"]]);
  // Read, it stays where it was until the page is left.
  expect(within(screen.getByRole("region", { name: /Finished/ })).getByText("Tenders")).toBeTruthy();
});

test("the text of what works grows in sight with each sign of life", async () => {
  const task = away({ id: "tsk_a", title: "Tenders", state: "running" });
  const fake = await open([task], { texts: { tsk_a: [said("Nordkai")] } });
  fireEvent.click(screen.getByRole("button", { name: "Tenders" }));
  expect(await screen.findByText("Nordkai")).toBeTruthy();
  fake.whole("tsk_a", [said("Nordkai is cheap")]);
  act(() => fake.alive([{ task_id: "tsk_a", bytes: 40 }]));
  expect(await screen.findByText("Nordkai is cheap")).toBeTruthy();
});

test("the log is looked through and copied as far as it is shown", async () => {
  const at = (seq: number) => ({
    seq,
    at: `2026-01-01T10:00:0${seq}.000Z`,
    task_id: "tsk_a",
    conversation_id: "cnv_1",
  });
  const task = away({ id: "tsk_a", title: "Tenders", state: "failed", unread: true });
  const events: Event[] = [
    { ...at(1), kind: "queued", lane: "background", ownership: task.ownership },
    { ...at(2), kind: "started", attempt: 1, model: "ollama/qwen3" },
    { ...at(3), kind: "pause_requested" },
    { ...at(4), kind: "paused", reason: null } as unknown as Event,
    { ...at(5), kind: "resumed" } as unknown as Event,
    { ...at(6), kind: "seen" },
  ];
  const fake = await open([task], { logs: { tsk_a: { events, attempts: [] } } });
  act(() => useLookedAt.setState({ open: new Set(["tsk_a"]) }));
  const log = await screen.findByRole("region", { name: "Log" });
  fireEvent.change(within(log).getByRole("searchbox", { name: "Only lines with" }), { target: { value: "paus" } });
  expect(within(log).getByRole("status").textContent).toBe("2 of 6 lines");
  fireEvent.click(within(log).getByRole("button", { name: "Copy log" }));
  expect(await within(log).findByRole("button", { name: "Copied" })).toBeTruthy();
  expect(callsOf(fake, "copyText")).toEqual([
    ["2026-01-01T10:00:03.000Z\tYou asked to pause\n2026-01-01T10:00:04.000Z\tPaused"],
  ]);
  fireEvent.change(within(log).getByRole("searchbox"), { target: { value: "nowhere" } });
  expect(within(log).getByText("No line has “nowhere”.")).toBeTruthy();
});

test("what is done with a row keeps you on the page", async () => {
  const fake = await open([
    away({ id: "tsk_run", title: "At work", state: "running" }),
    away({ id: "tsk_bad", title: "Broken", state: "failed", unread: true }),
    away({ id: "tsk_held", title: "Held", state: "paused" }),
  ]);
  fireEvent.click(within(row("At work")).getByRole("button", { name: "Pause" }));
  fireEvent.click(within(row("Broken")).getByRole("button", { name: "Retry" }));
  fireEvent.click(within(row("Held")).getByRole("button", { name: "Resume" }));
  await expect.poll(() => callsOf(fake, "resumeTask")).toEqual([["tsk_held"]]);
  expect(callsOf(fake, "pauseTask")).toEqual([["tsk_run"]]);
  expect(callsOf(fake, "retryTask")).toEqual([["tsk_bad", "background", null]]);
  await expect.poll(() => within(row("Held")).queryByRole("button", { name: "Resume" })).toBeNull();
  expect(useStore.getState().page).toBe("mission");
});

test("what failed is tried again with another model", async () => {
  const models = [makeModel({ provider: "ollama", name: "qwen3" }), makeModel({ provider: "ollama", name: "gemma3" })];
  const fake = await open([away({ id: "tsk_bad", title: "Broken", state: "failed", unread: true })], {
    models: models.map(({ provider, name }) => ({ provider, name })),
  });
  fireEvent.click(screen.getByRole("button", { name: "Broken" }));
  fireEvent.click(screen.getByRole("button", { name: "Retry with another model" }));
  const list = await screen.findByRole("dialog", { name: "Who does it again" });
  fireEvent.click(await within(list).findByRole("option", { name: /gemma3/ }));
  await expect.poll(() => callsOf(fake, "retryTask")).toEqual([["tsk_bad", "background", "ollama/gemma3"]]);
});

test("what an agent asks is answered in its row", async () => {
  const task = away({
    id: "tsk_a",
    title: "Docs",
    agent: "General",
    state: "waiting",
    reason: "approval",
    approvals: 1,
  });
  const approvals = [makeApproval({ task_id: "tsk_a", conversation_id: "cnv_1", summary: "Edit README.md" })];
  const fake = await open([task], { approvals });
  fireEvent.click(within(row("Docs")).getByRole("button", { name: "Review" }));
  await expect
    .poll(() => document.activeElement?.getAttribute("aria-label"))
    .toBe("General wants your yes: Edit README.md");
  expect(useStore.getState().page).toBe("mission");
  fireEvent.click(within(row("Docs")).getByRole("button", { name: /^Not this/ }));
  fireEvent.click(await within(row("Docs")).findByRole("button", { name: "Do not do it" }));
  await expect.poll(() => callsOf(fake, "decide").length).toBe(1);
  await expect.poll(() => document.querySelector(".approval")).toBeNull();
});

test("a refusal is said on the page", async () => {
  const fake = await open([away({ id: "tsk_run", title: "At work", state: "running" })]);
  fake.refuse("pauseTask", { code: "conflict", message: "it is over already" });
  fireEvent.click(within(row("At work")).getByRole("button", { name: "Pause" }));
  expect((await screen.findByText("It is over already.")).closest("[role=alert]")).toBeTruthy();
});

test("all that is new is marked as read at once", async () => {
  const fake = await open([
    away({ id: "tsk_a", title: "One", state: "completed", unread: true }),
    away({ id: "tsk_b", title: "Two", state: "failed", unread: true }),
  ]);
  fireEvent.click(screen.getByRole("button", { name: "Mark all as read" }));
  await expect.poll(() => fake.task("tsk_b").unread).toBe(false);
  expect(callsOf(fake, "markSeen").flat().sort()).toEqual(["tsk_a", "tsk_b"]);
  expect(screen.getByText("One")).toBeTruthy();
});

test("new results are read one after the other", async () => {
  const fake = await open([
    away({ id: "tsk_a", title: "One", state: "completed", unread: true, ended_at: "2026-01-01T10:02:00.000Z" }),
    away({ id: "tsk_b", title: "Two", state: "completed", unread: true, ended_at: "2026-01-01T10:01:00.000Z" }),
  ]);
  fireEvent.click(screen.getByRole("button", { name: "One" }));
  fireEvent.click(within(row("One")).getByRole("button", { name: "Next new result" }));
  await expect.poll(() => document.activeElement?.textContent).toBe("Two");
  expect(useLookedAt.getState().open).toEqual(new Set(["tsk_b"]));
  expect(callsOf(fake, "markSeen")).toEqual([["tsk_a"], ["tsk_b"]]);
  await expect.poll(() => screen.queryByRole("button", { name: "Next new result" })).toBeNull();
});

test("what failed for want of a key leads to where one is entered", async () => {
  const error = { code: "unauthorized", message: "the provider refused the key", hint: "Retry.", retryable: false };
  await open([away({ title: "Handbook", model: "openai/gpt", state: "failed", unread: true, error })]);
  fireEvent.click(screen.getByRole("button", { name: "Handbook" }));
  fireEvent.click(screen.getByRole("button", { name: "Change the key for openai" }));
  expect(useStore.getState()).toMatchObject({ page: "settings", keyFor: "openai" });
});

test("arrow keys walk the rows, and Tab reaches only one of them", async () => {
  await open([away({ title: "First", state: "running" }), away({ title: "Second", state: "failed", unread: true })]);
  const first = screen.getByRole("button", { name: "First" });
  const second = screen.getByRole("button", { name: "Second" });
  first.focus();
  fireEvent.keyDown(first, { key: "ArrowDown" });
  expect(document.activeElement).toBe(second);
  expect([first.tabIndex, second.tabIndex]).toEqual([-1, 0]);
});

test("with nothing to show there is one sentence and one action", async () => {
  await open([]);
  expect(screen.getByRole("heading", { name: "Nothing is running" })).toBeTruthy();
});

import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { Count } from "../../components/count";
import { Toaster } from "../../components/toast";
import { attemptOf, makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { TasksPanel } from "./tasks-panel";
import { TasksToggle } from "./tasks-toggle";

const chat = makeConversation({ id: "cnv_1", title: "A chat" });
const away = (change: Partial<Task>) => makeTask({ lane: "background", conversation_id: "cnv_1", ...change });
const row = (title: string) => screen.getByRole("button", { name: title }).closest("li") as HTMLElement;

test("groups stand in the one order, and an empty one is not there", async () => {
  await openWindow({
    conversations: [chat],
    tasks: [
      away({ title: "Finished", state: "completed" }),
      away({ title: "Broken", state: "failed" }),
      away({ title: "At work", state: "running" }),
      makeTask({ title: "Cut off", state: "waiting", reason: "interrupted" }),
      makeTask({ title: "Watched", state: "running" }),
    ],
  });
  render(<TasksPanel />);
  const headings = screen.getAllByRole("heading", { level: 3 }).map((heading) => heading.textContent);
  expect(headings).toEqual(["Needs you1", "Working1", "Failed1", "Done"]);
  expect(screen.queryByText("Watched")).toBeNull();
  expect(row("Cut off").textContent).toContain("The answer broke off");
});

test("stop, retry and continue act on their own task", async () => {
  const fake = await openWindow({
    conversations: [chat],
    tasks: [
      away({ id: "tsk_run", title: "At work", state: "running" }),
      away({ id: "tsk_bad", title: "Broken", state: "failed" }),
      away({ id: "tsk_cut", title: "Cut off", state: "waiting", reason: "interrupted" }),
    ],
  });
  render(<TasksPanel />);
  fireEvent.click(within(row("At work")).getByRole("button", { name: "Stop" }));
  fireEvent.click(within(row("Broken")).getByRole("button", { name: "Retry" }));
  fireEvent.click(within(row("Cut off")).getByRole("button", { name: "Continue" }));
  expect(await within(row("At work")).findByText(/Stopped by you/)).toBeTruthy();
  expect(callsOf(fake, "stopTask")).toEqual([["tsk_run"]]);
  expect(callsOf(fake, "retryTask")).toEqual([["tsk_bad", "background", null]]);
  expect(callsOf(fake, "resumeTask")).toEqual([["tsk_cut"]]);
  expect(within(row("At work")).queryByRole("button", { name: "Stop" })).toBeNull();
});

test("a task is paused from its row, and whoever did it with the keyboard stays there", async () => {
  const fake = await openWindow({
    conversations: [chat],
    tasks: [away({ title: "First", state: "running" }), away({ id: "tsk_run", title: "At work", state: "running" })],
  });
  render(<TasksPanel />);
  const title = () => screen.getByRole("button", { name: "At work" });
  title().focus();
  const pause = within(row("At work")).getByRole("button", { name: "Pause" });
  pause.focus();
  fireEvent.click(pause);
  await within(row("At work")).findByText(/Paused by you/);
  expect(callsOf(fake, "pauseTask")).toEqual([["tsk_run"]]);
  expect(document.activeElement).toBe(title());
  const resume = within(row("At work")).getByRole("button", { name: "Resume" });
  resume.focus();
  fireEvent.click(resume);
  await expect.poll(() => within(row("At work")).queryByRole("button", { name: "Resume" })).toBeNull();
  expect(document.activeElement).toBe(title());
});

test("a paused task says so without asking, and goes on or stops", async () => {
  const fake = await openWindow({
    conversations: [chat],
    tasks: [
      away({ id: "tsk_a", title: "Held", state: "paused" }),
      away({ id: "tsk_b", title: "Also", state: "paused" }),
    ],
  });
  render(<TasksPanel />);
  expect(screen.queryByRole("heading", { name: "Needs you" })).toBeNull();
  expect(screen.getByRole("heading", { name: "Paused" })).toBeTruthy();
  expect(row("Held").textContent).toContain("Paused by you");
  fireEvent.click(within(row("Held")).getByRole("button", { name: "Resume" }));
  fireEvent.click(within(row("Also")).getByRole("button", { name: "Stop" }));
  await expect.poll(() => callsOf(fake, "stopTask")).toEqual([["tsk_b"]]);
  expect(callsOf(fake, "resumeTask")).toEqual([["tsk_a"]]);
});

test("the ring of a task turns with its signs of life, without React", async () => {
  const fake = await openWindow({
    conversations: [chat],
    tasks: [away({ id: "tsk_a", title: "Talks", state: "running" }), away({ title: "Rests", state: "running" })],
  });
  render(<TasksPanel />);
  const ring = (title: string) =>
    row(title).querySelector<HTMLElement>(".state-icon")?.style.getPropertyValue("--beat");
  fake.alive([{ task_id: "tsk_a", bytes: 40 }]);
  fake.alive([{ task_id: "tsk_a", bytes: 40 }]);
  expect([ring("Talks"), ring("Rests")]).toEqual(["2", ""]);
});

test("viewing a result opens its chat at its turn and takes the dot away", async () => {
  const fake = await openWindow({
    conversations: [chat],
    tasks: [away({ id: "tsk_new", title: "New result", state: "completed", unread: true })],
  });
  render(<TasksPanel />);
  expect(within(row("New result")).getByLabelText("Not seen yet")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "New result" }));
  expect(callsOf(fake, "markSeen")).toEqual([["tsk_new"]]);
  expect(useStore.getState()).toMatchObject({ openConversation: "cnv_1", focusTask: "tsk_new", page: "chat" });
  await expect.poll(() => screen.queryByLabelText("Not seen yet")).toBeNull();
});

test("done shows what is unread, the last five and the marked one, the rest on request", async () => {
  const tasks = Array.from({ length: 9 }, (_, at) =>
    away({
      id: `tsk_result_${at}`,
      title: `Result ${at}`,
      state: "completed",
      ended_at: new Date(Date.now() - at * 60_000).toISOString(),
      unread: at === 8,
    }),
  );
  await openWindow({ conversations: [chat], tasks });
  render(<TasksPanel />);
  expect(screen.queryByText("Result 5")).toBeNull();
  expect(screen.getByText("Result 8")).toBeTruthy();
  act(() => useStore.setState({ selectedTask: "tsk_result_6" }));
  expect(screen.getByText("Result 6")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Show all 9" }));
  expect(screen.getByText("Result 5")).toBeTruthy();
});

test("arrow keys walk the rows, and Tab reaches only one of them", async () => {
  await openWindow({
    conversations: [chat],
    tasks: [away({ title: "First", state: "running" }), away({ title: "Second", state: "failed" })],
  });
  render(<TasksPanel />);
  const first = screen.getByRole("button", { name: "First" });
  const second = screen.getByRole("button", { name: "Second" });
  first.focus();
  fireEvent.keyDown(first, { key: "ArrowDown" });
  expect(document.activeElement).toBe(second);
  expect([first.tabIndex, second.tabIndex]).toEqual([-1, 0]);
});

test("the log of a task opens below its row", async () => {
  await openWindow({
    conversations: [chat],
    tasks: [away({ title: "Finished", state: "completed", model: "ollama/qwen3" })],
  });
  render(<TasksPanel />);
  fireEvent.click(within(row("Finished")).getByRole("button", { name: "Steps and log" }));
  expect(await screen.findByText("Attempt 1: complete")).toBeTruthy();
  expect(screen.getByText("ollama/qwen3")).toBeTruthy();
});

test("View task unfolds its row, also one that is marked already", async () => {
  await openWindow({ conversations: [chat], tasks: [away({ id: "tsk_a", title: "Tenders", state: "running" })] });
  useStore.setState({ selectedTask: "tsk_a" });
  render(<TasksPanel />);
  act(() => actions.viewTask("tsk_a"));
  const button = within(row("Tenders")).getByRole("button", { name: "Steps and log" });
  expect(button.getAttribute("aria-expanded")).toBe("true");
  // It stays the user's: folded again it is not unfolded by itself.
  fireEvent.click(button);
  expect(button.getAttribute("aria-expanded")).toBe("false");
});

test("the text of an attempt that was cut is shown and copied from the details", async () => {
  const task = away({ id: "tsk_a", title: "Tenders", state: "completed", attempt: 2 });
  const kept = { number: 1, end: "interrupted", kept_text: "Nordkai is the\n\ncheapest" } as const;
  const attempts = [attemptOf(task, kept), attemptOf(task)];
  const fake = await openWindow({ conversations: [chat], tasks: [task], logs: { tsk_a: { events: [], attempts } } });
  render(<TasksPanel />);
  fireEvent.click(within(row("Tenders")).getByRole("button", { name: "Steps and log" }));
  expect(await screen.findByText("Text kept, 4 words")).toBeTruthy();
  expect(screen.getAllByRole("button", { name: /the text of attempt/ })).toHaveLength(1);
  expect(callsOf(fake, "attemptText")).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: "Show the text of attempt 1" }));
  const text = screen.getByRole("region", { name: "Text of attempt 1" });
  await expect
    .poll(() => Array.from(text.querySelectorAll("p"), (p) => p.textContent))
    .toEqual(["Nordkai is the", "cheapest"]);
  expect(callsOf(fake, "attemptText")).toEqual([["tsk_a", 1]]);
  fireEvent.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByRole("button", { name: "Copied" })).toBeTruthy();
  expect(callsOf(fake, "copyText")).toEqual([["Nordkai is the\n\ncheapest"]]);
  fireEvent.click(screen.getByRole("button", { name: "Hide the text of attempt 1" }));
  expect(screen.queryByRole("region", { name: "Text of attempt 1" })).toBeNull();
});

test("a kept text that cannot be drawn is still there to read", async () => {
  const task = away({ id: "tsk_a", title: "Tenders", state: "completed", attempt: 2 });
  const attempts = [attemptOf(task, { number: 1, kept_text: "Nordkai is" })];
  const fake = await openWindow({ conversations: [chat], tasks: [task], logs: { tsk_a: { events: [], attempts } } });
  fake.refuse("attemptText", { code: "internal", message: "the disk is gone" });
  render(<TasksPanel />);
  fireEvent.click(within(row("Tenders")).getByRole("button", { name: "Steps and log" }));
  fireEvent.click(await screen.findByRole("button", { name: "Show the text of attempt 1" }));
  expect(await screen.findByText("Nordkai is")).toBeTruthy();
});

test("a notice that could not be shown stays in the details after it was seen", async () => {
  const delivery = { state: "seen", channels: ["inbox"], error: "no notice service" } as const;
  await openWindow({
    conversations: [chat],
    tasks: [away({ title: "Finished", delivery: { ...delivery, channels: [...delivery.channels], receipts: [] } })],
  });
  render(<TasksPanel />);
  expect(row("Finished").textContent).not.toContain("Not delivered");
  fireEvent.click(within(row("Finished")).getByRole("button", { name: "Steps and log" }));
  expect(row("Finished").textContent).toContain("Not delivered to the desktop. No notice service. Seen by you since.");
});

test("a group says its true number, and the small badge says it to a screen reader", async () => {
  const tasks = Array.from({ length: 1_204 }, (_, at) =>
    away({ id: `tsk_${at}`, title: `Task ${at}`, state: "failed" }),
  );
  await openWindow({ conversations: [chat], tasks });
  render(<TasksPanel />);
  expect(screen.getByRole("heading", { level: 3 }).textContent).toBe("Failed1 204");
  const { container } = render(<Count n={1_204} />);
  expect(container.querySelector("[aria-hidden]")?.textContent).toBe("99+");
  expect(container.querySelector(".sr")?.textContent).toBe("1 204");
});

test("show me once sends the sample to the background and says so", async () => {
  const fake = await openWindow();
  render(
    <>
      <TasksPanel />
      <Toaster />
    </>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Show me once" }));
  expect(await screen.findByText("Got it. We'll keep working on this.")).toBeTruthy();
  expect(callsOf(fake, "sendMessage")).toMatchObject([[{ lane: "background", conversation_id: null }]]);
  expect(await screen.findByText("Queued, starts in a moment")).toBeTruthy();
});

test("without a model show me once says what is missing", async () => {
  await openWindow({ settings: { default_model: null } });
  render(<TasksPanel />);
  fireEvent.click(screen.getByRole("button", { name: "Show me once" }));
  expect((await screen.findByRole("alert", { name: "" })).textContent).toBeDefined();
  fireEvent.click(await screen.findByRole("button", { name: "Choose a model" }));
  expect(useStore.getState().page).toBe("settings");
});

test("the count stays in sight while the tasks are hidden", async () => {
  await openWindow({
    conversations: [chat],
    tasks: [away({ state: "waiting", reason: "key" }), away({ state: "running" })],
  });
  useStore.setState({ tasksOpen: false });
  render(<TasksToggle />);
  const toggle = screen.getByRole("button", { name: "Tasks: 1 needs you, 1 working" });
  expect(toggle.textContent).toBe("1");
});

test("outcomes are said politely, failures at once, and old ones not at all", async () => {
  const fake = await openWindow({
    conversations: [chat],
    tasks: [
      away({ id: "tsk_a", title: "Tenders", state: "running" }),
      away({ title: "Old", state: "completed", unread: true }),
    ],
  });
  render(<TasksPanel />);
  const polite = screen.getByRole("status");
  expect(polite.textContent).toBe("");
  fake.change("tsk_a", { state: "completed" });
  await expect.poll(() => polite.textContent).toBe("Done: Tenders");
});

test("a chat in the trash takes its tasks out of the list, and undo brings them back", async () => {
  const fake = await openWindow({ conversations: [chat], tasks: [away({ title: "Tenders", state: "failed" })] });
  render(<TasksPanel />);
  expect(screen.getByText("Tenders")).toBeTruthy();
  await fake.client.deleteConversation("cnv_1");
  await expect.poll(() => screen.queryByText("Tenders")).toBeNull();
  await fake.client.restoreConversation("cnv_1");
  expect(await screen.findByText("Tenders")).toBeTruthy();
});

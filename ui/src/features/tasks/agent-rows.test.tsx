import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeApproval, makeCall } from "../../ipc/fake-agents";
import { type FakeRows, makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { Task } from "../../ipc/types";
import { useStore } from "../../state/store";
import { TasksPanel } from "./tasks-panel";

const chat = makeConversation({ id: "cnv_1", title: "Docs" });
const works = (change: Partial<Task>) =>
  makeTask({ id: "tsk_1", title: "Docs", agent: "General", folder: "/home/user/ferry", lane: "background", ...change });

async function panel(task: Task, rows: FakeRows = {}) {
  const fake = await openWindow({ conversations: [chat], tasks: [task], ...rows });
  render(<TasksPanel />);
  return fake;
}

const row = () => screen.getByRole("button", { name: "Docs" }).closest("li") as HTMLElement;

test("a row says who works, and the step of the plan with its count", async () => {
  const plan: Task["plan"] = [
    { label: "List the pages", state: "done" },
    { label: "Compare them", state: "current", done: 45, total: 100 },
  ];
  await panel(works({ state: "running", plan, progress: { done: 1, total: 2, unit: "steps", label: "Compare them" } }));
  expect(row().textContent).toContain("General, 2 of 2: Compare them, 45 of 100");
});

test("a row that waits for a yes says for what, and leads to where all of it can be seen", async () => {
  const approvals = [makeApproval({ summary: "Edit README.md" }), makeApproval({ summary: "Delete a.md" })];
  const fake = await panel(works({ state: "waiting", reason: "approval", approvals: 2 }), { approvals });
  expect(await within(row()).findByText("General wants your yes to 2 things, first: Edit README.md")).toBeTruthy();
  expect(within(row()).queryByRole("button", { name: /Allow|Try again|Continue/ })).toBeNull();
  await act(async () => within(row()).getByRole("button", { name: "Review" }).click());
  expect(useStore.getState()).toMatchObject({ openConversation: "cnv_1", reviewTask: "tsk_1", focusComposer: false });
  fireEvent.click(within(row()).getByRole("button", { name: "Stop" }));
  await expect.poll(() => callsOf(fake, "stopTask")).toEqual([["tsk_1"]]);
});

test("a question says itself on the row", async () => {
  const approvals = [makeApproval({ summary: "Which licence?", effect: null })];
  await panel(works({ state: "waiting", reason: "question", approvals: 1 }), { approvals });
  expect(await within(row()).findByText("General asks you: Which licence?")).toBeTruthy();
});

test("that it wants a yes is said to a screen reader", async () => {
  const fake = await panel(works({ state: "running" }));
  await act(async () => void fake.change("tsk_1", { state: "waiting", reason: "approval", approvals: 1 }));
  await expect.poll(() => screen.getByRole("status").textContent).toBe("General wants your yes: Docs");
});

test("the details name agent and folder, and each step unfolds to what was asked for and what came of it", async () => {
  const result = "word ".repeat(1_000);
  const calls = [makeCall({ number: 1, label: "Read README.md", result })];
  await panel(works({ state: "completed", attempt: 9 }), { calls: { tsk_1: calls } });
  fireEvent.click(within(row()).getByRole("button", { name: "Steps and log" }));
  expect(await within(row()).findByText("/home/user/ferry")).toBeTruthy();
  expect(within(row()).queryByText(/Attempt/), "a request for each step is no news").toBeNull();
  fireEvent.click(await within(row()).findByRole("button", { name: /Read README\.md/ }));
  expect(within(row()).getByRole("region", { name: "Step 1 asks read_file" }).textContent).toBe("path: README.md");
  const text = within(row()).getByRole("region", { name: "What came of it" });
  expect(text.textContent).toHaveLength(1_201);
  fireEvent.click(within(row()).getByRole("button", { name: "Show all 5 000 letters" }));
  expect(text.textContent).toHaveLength(5_000);
});

test("an agent that took its usual number of steps may take as many again, or another cap", async () => {
  const error = { code: "budget", message: "Its cap of 100 steps is reached.", hint: "", retryable: true };
  const fake = await panel(works({ state: "waiting", reason: "budget", error }));
  await act(async () => within(row()).getByRole("button", { name: "Add 100 steps" }).click());
  expect(callsOf(fake, "setBudget")).toEqual([["tsk_1", { usd: null, tokens: null, seconds: null, steps: 200 }]]);
  fireEvent.click(within(row()).getByRole("button", { name: "Steps and log" }));
  fireEvent.click(await within(row()).findByRole("button", { name: "Change the cap" }));
  fireEvent.change(await screen.findByLabelText("Steps"), { target: { value: "40" } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await expect.poll(() => callsOf(fake, "setBudget").at(-1)?.[1]).toMatchObject({ steps: 40 });
});

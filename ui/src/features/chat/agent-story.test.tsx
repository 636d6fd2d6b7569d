import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeApproval, makeCall } from "../../ipc/fake-agents";
import { type FakeRows, makeConversation, makeTask } from "../../ipc/fake-rows";
import { openWindow } from "../../ipc/open-window";
import type { Remark, StepRow, Task } from "../../ipc/types";
import { ThreadPane } from "./thread-pane";

const chat = makeConversation({ id: "cnv_1", title: "Docs" });
const at = (seconds: number) => new Date(Date.parse("2026-01-01T00:00:00.000Z") + seconds * 1_000).toISOString();
const step = (label: string, seconds: number | null, more: Partial<StepRow> = {}): StepRow => ({
  label,
  state: "done",
  fact: null,
  started_at: seconds === null ? null : at(seconds),
  ended_at: at((seconds ?? 0) + 1),
  ...more,
});
const worked = (change: Partial<Task>) =>
  makeTask({ id: "tsk_1", agent: "General", folder: "/home/user/ferry", lane: "background", ...change });
const refused = { state: "failed", fact: "not wanted", ended_at: at(25) } as const;
const steps = [step("Read a.md", 10), step("Edit a.md", null, refused), step("Edit b.md", 30)];
const remarks: Remark[] = [
  { at: at(5), kind: "said", text: "Only the first page." },
  { at: at(25), kind: "refused", about: "Edit a.md", text: "Keep the name.", is_standing: false },
  { at: at(40), kind: "answered", about: "Which licence?", text: "MIT" },
  { at: at(50), kind: "overruled", about: "Edit c.md" },
];

async function opened(task: Task, rows: FakeRows = {}) {
  const fake = await openWindow({ conversations: [chat], tasks: [task], ...rows }, "cnv_1");
  render(<ThreadPane />);
  return fake;
}

const lines = (list: string) =>
  Array.from(within(screen.getByRole("list", { name: list })).getAllByRole("listitem"), (item) =>
    item.textContent?.replace(/\d\d:\d\d$/, ""),
  );
const told = [
  "You: Only the first page.",
  "You said no: Edit a.md — Keep the name.",
  "You answered: MIT — to “Which licence?”",
  "Not done: Edit c.md. You said yes to it, and “Never here” counts more.",
];

test("what you told an agent stands in its place when it is over, and between the steps when they are shown", async () => {
  await opened(worked({ state: "completed", ended_at: at(60), steps, remarks }));
  expect(lines("What you told it")).toEqual(told);
  fireEvent.click(screen.getByRole("button", { name: "3 steps" }));
  expect(screen.queryByRole("list", { name: "What you told it" })).toBeNull();
  expect(lines("Steps")).toEqual([
    told[0],
    "done: Read a.md",
    "not done: Edit a.mdnot wanted",
    told[1],
    "done: Edit b.md",
    told[2],
    told[3],
  ]);
});

test("a remark and a reason stand in the thread as soon as they were given", async () => {
  const waits = worked({ state: "waiting", reason: "approval", approvals: 1 });
  await opened(waits, { approvals: [makeApproval({ summary: "Edit README.md" })] });
  const card = within(await screen.findByRole("region", { name: /wants your yes/ }));
  fireEvent.change(card.getByRole("textbox", { name: "Tell it something" }), { target: { value: "Mind my tone." } });
  await act(async () => fireEvent.click(card.getByRole("button", { name: "Tell it" })));
  expect(lines("What you told it")).toEqual(["You: Mind my tone."]);
  expect(screen.queryByRole("region", { name: /wants your yes/ }), "nothing was decided by it").not.toBeNull();
  fireEvent.click(card.getByRole("button", { name: /^Not this/ }));
  fireEvent.change(card.getByLabelText("Tell it why (optional)"), { target: { value: "Not this one." } });
  await act(async () => card.getByRole("button", { name: "Do not do it" }).click());
  expect(lines("What you told it").at(-1)).toBe("You said no: Edit README.md — Not this one.");
});

test("a step opens to what was asked for and what came of it, by pointer and by key", async () => {
  const earlier = { label: "1 earlier step", state: "done", fact: null, started_at: null, ended_at: null } as const;
  const calls = [
    makeCall({ number: 1, label: "List ." }),
    makeCall({
      number: 2,
      label: "Run `ls`",
      tool: "run_command",
      arguments: '{"command":"ls"}',
      result: "a.md\nb.md",
    }),
    makeCall({ number: 3, label: "Edit b.md" }),
  ];
  const task = worked({
    state: "running",
    steps: [
      earlier,
      step("Run `ls`", 10),
      step("Edit b.md", 20),
      step("Decide what is next", 30, { state: "current" }),
    ],
  });
  await opened(task, { calls: { tsk_1: calls } });
  const row = (name: RegExp) => screen.getByRole("button", { name });
  expect(row(/Run `ls`/).getAttribute("aria-expanded")).toBe("false");
  expect(screen.queryByRole("button", { name: /Decide what is next/ }), "a request is no step to open").toBeNull();
  fireEvent.click(row(/Run `ls`/));
  expect((await screen.findByRole("region", { name: "What came of it" })).textContent).toBe("a.md\nb.md");
  expect(screen.getByRole("region", { name: "Step 2 asks run_command" }).textContent).toBe("command: ls");
  row(/Run `ls`/).focus();
  fireEvent.keyDown(row(/Run `ls`/), { key: "ArrowDown" });
  expect(document.activeElement).toBe(row(/Edit b\.md/));
  fireEvent.click(row(/Run `ls`/));
  expect(screen.queryByRole("region", { name: "What came of it" })).toBeNull();
});

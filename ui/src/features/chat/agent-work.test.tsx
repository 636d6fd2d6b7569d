import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { Toaster } from "../../components/toast";
import { DIFF, makeCall } from "../../ipc/fake-agents";
import { type FakeRows, makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { FileChange, StepRow, Task } from "../../ipc/types";
import { runShortcut } from "../../keys/registry";
import { ThreadPane } from "./thread-pane";

const chat = makeConversation({ id: "cnv_1", title: "Docs" });
const step = (label: string, state: StepRow["state"] = "done", fact: string | null = null): StepRow => ({
  label,
  state,
  fact,
  started_at: "2026-01-01T00:00:00.000Z",
  ended_at: state === "done" ? "2026-01-01T00:00:01.000Z" : null,
});
const reads = (n: number) => Array.from({ length: n }, (_, at) => step(`Read page ${at + 1}`, "done", "80 lines"));
const worked = (change: Partial<Task>) =>
  makeTask({ id: "tsk_1", agent: "General", folder: "/home/user/ferry", lane: "background", ...change });

async function opened(task: Task, rows: FakeRows = {}) {
  const fake = await openWindow({ conversations: [chat], tasks: [task], ...rows }, "cnv_1");
  render(
    <>
      <ThreadPane />
      <Toaster />
    </>,
  );
  return fake;
}

const steps = () => within(screen.getByRole("list", { name: "Steps" })).getAllByRole("listitem");
const wordsOf = (items: HTMLElement[]) => items.map((item) => item.textContent);

test("while an agent works its plan and its newest steps stand there, with those before one press away", async () => {
  const plan: Task["plan"] = [
    { label: "List the pages", state: "done" },
    { label: "Compare them", state: "current", done: 45, total: 100 },
    { label: "Mend them", state: "pending" },
  ];
  await opened(worked({ state: "running", plan, steps: [...reads(7), step("Read page 8", "current")] }));
  expect(screen.getByText("General in ferry/", { selector: ".work-who" })).toBeTruthy();
  const lines = within(screen.getByRole("list", { name: "Plan" })).getAllByRole("listitem");
  expect(wordsOf(lines)).toEqual(["done: List the pages", "at work: Compare them45 of 100", "to come: Mend them"]);
  expect(steps()).toHaveLength(5);
  expect(steps().at(-1)?.textContent).toBe("at work: Read page 8");
  fireEvent.click(screen.getByRole("button", { name: "3 earlier steps" }));
  expect(steps()).toHaveLength(8);
});

test("steps that did not travel with the task are asked for when somebody wants to see them", async () => {
  const earlier = { label: "2 earlier steps", state: "done", fact: null, started_at: null, ended_at: null } as const;
  const calls = [
    makeCall({ label: "List ." }),
    makeCall({ number: 2, label: "Delete a.md", state: "refused", fact: "not wanted" }),
  ];
  const task = worked({ state: "running", steps: [earlier, ...reads(5)] });
  const fake = await opened(task, { calls: { tsk_1: calls } });
  expect(screen.getByRole("button", { name: "7 steps" })).toBeTruthy();
  expect(callsOf(fake, "calls")).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: "2 earlier steps" }));
  await expect
    .poll(() => wordsOf(steps()).slice(0, 2))
    .toEqual(["done: List .120 lines", "not done: Delete a.mdnot wanted"]);
});

test("when it is done one line is left, which opens", async () => {
  await opened(
    worked({ state: "completed", steps: reads(12), files_changed: 3, ended_at: "2026-01-01T00:10:00.000Z" }),
  );
  const line = screen.getByRole("button", { name: "12 steps" });
  expect(line.getAttribute("aria-expanded")).toBe("false");
  expect(screen.queryByRole("list", { name: "Steps" })).toBeNull();
  fireEvent.click(line);
  expect(steps()).toHaveLength(12);
  expect(screen.getByRole("button", { name: "3 files changed" })).toBeTruthy();
});

test("an answer that is watched says who works on it, and what it is at", async () => {
  const plan: Task["plan"] = [{ label: "Compare them", state: "current", done: 4, total: 9 }];
  await opened(worked({ lane: "interactive", state: "running", plan }));
  expect(screen.getByText(/^General, 1 of 1: Compare them, 4 of 9/)).toBeTruthy();
  expect(screen.getByRole("button", { name: /Continue in background/ })).toBeTruthy();
});

test("an answer without an agent has no steps", async () => {
  await opened(makeTask({ id: "tsk_1", steps: reads(1) }));
  expect(screen.queryByText(/step/)).toBeNull();
});

const change = (path: string, is_edited_since = false, edited_by: FileChange["edited_by"] = null): FileChange => ({
  path,
  edited_by,
  detail: { kind: "diff", path, text: DIFF, added: 1, removed: 1, is_new: false },
  since: null,
  is_edited_since,
});
const changed = { fileChanges: { tsk_1: [change("README.md"), change("notes.md", true), change("docs/a.md")] } };
const done = { state: "completed", steps: reads(2), files_changed: 3 } as const;
const dialog = () => within(screen.getByRole("dialog"));

async function lookingAt(task: Task, rows: FakeRows = changed) {
  const fake = await opened(task, rows);
  fireEvent.click(screen.getByRole("button", { name: /files? changed/ }));
  await screen.findByRole("dialog", { name: "Changed in ferry/" });
  return fake;
}

test("what it changed is put back, what you edited since stays, and both are told", async () => {
  const fake = await lookingAt(worked(done));
  expect(await dialog().findByText("edited by you since")).toBeTruthy();
  expect(dialog().queryByRole("button", { name: "Put this back: notes.md" })).toBeNull();
  fireEvent.click(dialog().getByRole("button", { name: "Put all back" }));
  const question = "Put 2 files in ferry/ back as they were before this task? 1 file edited since stays as it is.";
  expect(dialog().getByText(question)).toBeTruthy();
  expect(document.activeElement, "whoever presses twice puts nothing back").toBe(
    dialog().getByRole("button", { name: "Cancel" }),
  );
  expect(callsOf(fake, "putBack"), "it asks first").toEqual([]);
  await act(async () => dialog().getByRole("button", { name: "Put 2 files back" }).click());
  expect(callsOf(fake, "putBack")).toEqual([["tsk_1", null]]);
  const words = "2 files are as they were before this task. notes.md stays as it is: you edited it since.";
  expect(await dialog().findByText(words)).toBeTruthy();
  await expect.poll(() => dialog().queryByRole("button", { name: /Put/ })).toBeNull();
});

test("what it changed in a copy becomes a branch, and your own files are said to be as they were", async () => {
  const fake = await opened(worked({ ...done, copy_of: "/home/k/ferry", folder: "/data/copies/tsk_9/ferry" }), changed);
  // At its work, and in the composer: the next prompt is for the folder, not for the copy.
  expect(screen.getAllByText("General in a copy of ferry/")).toHaveLength(2);
  fireEvent.click(screen.getByRole("button", { name: /files? changed/ }));
  await screen.findByRole("dialog", { name: "Changed in a copy of ferry/" });
  await act(async () => (await dialog().findByRole("button", { name: "Make a branch" })).click());
  expect(callsOf(fake, "makeBranch")).toEqual([["tsk_1"]]);
  expect(
    await dialog().findByText(/^The branch meanwhile\/mend-the-notes in ferry\/ has 2 changed files\./),
  ).toBeTruthy();
});

test("what you edited since stands apart from what it changed", async () => {
  const yours = {
    kind: "diff",
    path: "notes.md",
    text: "@@ -1 +1 @@\n-its\n+mine\n",
    added: 1,
    removed: 1,
    is_new: false,
  };
  const both = { ...change("notes.md", true), since: yours } as FileChange;
  await lookingAt(worked({ ...done, files_changed: 1 }), { fileChanges: { tsk_1: [both] } });
  const parts = ["What General changed", "What you edited since"].map((name) => dialog().getByRole("group", { name }));
  expect(parts.map((part) => part.textContent?.includes("mine"))).toEqual([false, true]);
});

test("where you edited all of it since, nothing is offered and that is said", async () => {
  await lookingAt(worked({ ...done, files_changed: 1 }), { fileChanges: { tsk_1: [change("notes.md", true)] } });
  expect(await dialog().findByText("You edited all of it since, so it stays as it is.")).toBeTruthy();
  expect(dialog().queryByRole("button", { name: /Put/ })).toBeNull();
});

test("one file is put back by itself, and the line under the prompt counts what is left", async () => {
  const fake = await lookingAt(worked(done));
  fireEvent.click(await dialog().findByRole("button", { name: "Put this back: README.md" }));
  expect(await dialog().findByText("README.md is as it was before this task.")).toBeTruthy();
  expect(callsOf(fake, "putBack")).toEqual([["tsk_1", "README.md"]]);
  await expect.poll(() => screen.queryByText("2 files changed")).not.toBeNull();
});

test("while it works nothing is put back, and that is said", async () => {
  await lookingAt(worked({ ...done, state: "running" }));
  expect(await dialog().findByText(/It is still at work\. Pause or stop it first/)).toBeTruthy();
  expect(dialog().queryByRole("button", { name: /Put/ })).toBeNull();
});

test("a file that cannot be put back says why", async () => {
  const fake = await lookingAt(worked(done));
  fake.refuse("putBack", { code: "storage", message: "the folder is gone; nothing was lost" });
  fireEvent.click(await dialog().findByRole("button", { name: "Put this back: README.md" }));
  expect(await dialog().findByText("The folder is gone; nothing was lost.")).toBeTruthy();
});

test("an agent at work can be told something, and what was written stays if it was not heard", async () => {
  const fake = await opened(worked({ state: "running", steps: reads(1) }));
  const field = screen.getByRole<HTMLInputElement>("textbox", { name: "Tell it something" });
  fireEvent.change(field, { target: { value: "Look at the appendix too." } });
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Tell it" })));
  expect(callsOf(fake, "say")).toEqual([["tsk_1", "Look at the appendix too."]]);
  expect(screen.getByText("It hears this with its next step.")).toBeTruthy();
  expect(field.value).toBe("");
  fake.refuse("say", { code: "illegal_step", message: "a task that is completed cannot take the step resume" });
  fireEvent.change(field, { target: { value: "And this." } });
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Tell it" })));
  expect(field.value).toBe("And this.");
});

test("what was put back stands in the list with its moment, and the way there stays", async () => {
  await lookingAt(worked({ ...done, files_changed: 1 }), { fileChanges: { tsk_1: [change("README.md")] } });
  fireEvent.click(await dialog().findByRole("button", { name: "Put this back: README.md" }));
  expect(await dialog().findByText(/^Put back, \d\d:\d\d$/)).toBeTruthy();
  expect(dialog().getByText("README.md").className).toBe("changes-back");
  fireEvent.click(dialog().getByRole("button", { name: "Close" }));
  expect(screen.getByRole("list", { name: "What you told it" }).textContent).toMatch(/^Put back: README\.md\d\d:\d\d$/);
  fireEvent.click(screen.getByRole("button", { name: "1 file put back" }));
  expect(await dialog().findByText("Every file is as it was before this task.")).toBeTruthy();
  expect(dialog().getByText(/^Put back, /)).toBeTruthy();
});

test("what another agent edited since is said to be its edit", async () => {
  const edited_by = { agent: "Proofreader", task_id: "tsk_2", title: "Spelling" };
  const changes = [change("README.md"), change("notes.md", true, edited_by)];
  await lookingAt(worked({ ...done, files_changed: 2 }), { fileChanges: { tsk_1: changes } });
  expect(await dialog().findByText("edited since by Proofreader, for “Spelling”")).toBeTruthy();
  fireEvent.click(dialog().getByRole("button", { name: "Put all back" }));
  await act(async () => dialog().getByRole("button", { name: "Put 1 file back" }).click());
  const words = "README.md is as it was before this task. notes.md stays as it is: Proofreader edited it since.";
  expect(await dialog().findByText(words)).toBeTruthy();
});

test("Escape ends no agent at work, and says how it is ended", async () => {
  const fake = await opened(worked({ lane: "interactive", state: "running" }));
  await act(async () => runShortcut("stop"));
  expect(callsOf(fake, "stopTask")).toEqual([]);
  expect(screen.getByText("Esc does not stop an agent. Use Stop.")).toBeTruthy();
});

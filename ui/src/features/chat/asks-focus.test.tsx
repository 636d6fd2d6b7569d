import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeApproval } from "../../ipc/fake-agents";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { Approval, Task } from "../../ipc/types";
import { ThreadPane } from "./thread-pane";

const chat = makeConversation({ id: "cnv_1", title: "Docs" });
const working: Partial<Task> = { id: "tsk_1", agent: "General", folder: "/home/user/ferry", lane: "background" };
const waits = (n: number, change: Partial<Task> = {}) =>
  makeTask({ ...working, state: "waiting", reason: "approval", approvals: n, ...change });

async function asks(approvals: Approval[], tasks = [waits(approvals.length)]) {
  const fake = await openWindow({ conversations: [chat], tasks, approvals }, "cnv_1");
  render(<ThreadPane />);
  await screen.findAllByRole("region", { name: /wants your yes/ });
  return fake;
}

const card = (name = /wants your yes/) => screen.getByRole("region", { name });
const button = (name: string) => within(card()).getByRole<HTMLButtonElement>("button", { name });

test("after the last question of one agent the next one that waits has the focus", async () => {
  const other = waits(1, { id: "tsk_2", turn: 2 });
  const approvals = [makeApproval({ id: 1 }), makeApproval({ id: 2, task_id: "tsk_2", summary: "Edit LICENSE" })];
  const fake = await asks(approvals, [waits(1), other]);
  const yes = within(card(/Edit README/)).getByRole<HTMLButtonElement>("button", { name: /^Allow once/ });
  await expect.poll(() => yes.disabled).toBe(false);
  await act(async () => {
    yes.focus();
    yes.click();
  });
  await expect.poll(() => callsOf(fake, "decide").length).toBe(1);
  expect(document.activeElement).toBe(card(/Edit LICENSE/));
});

test("a task is stopped from its card after one question, and not by whoever presses twice", async () => {
  const fake = await asks([makeApproval({ id: 7 })]);
  fireEvent.click(button("Stop the task"));
  expect(callsOf(fake, "stopTask")).toEqual([]);
  expect(document.activeElement).toBe(button("Let it wait"));
  fireEvent.keyDown(button("Let it wait"), { key: "Escape" });
  expect(document.activeElement).toBe(card());
  fireEvent.click(button("Stop the task"));
  await act(async () => button("Stop it").click());
  expect(callsOf(fake, "stopTask")).toEqual([["tsk_1"]]);
  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Message" }));
});

test("on the way back from the text field the first stop is a place to write, and the way to stop is no neighbour of it", async () => {
  await asks([makeApproval({ id: 7 })]);
  const stops = Array.from(card().querySelectorAll<HTMLElement>("button:not(:disabled), input"));
  expect(stops.at(-1)).toBe(within(card()).getByRole("textbox", { name: "Tell it something" }));
});

import { fireEvent, render } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { openWindow } from "../../ipc/open-window";
import type { Task } from "../../ipc/types";
import { useStore } from "../../state/store";
import { TasksPanel } from "./tasks-panel";

const chat = makeConversation({ id: "cnv_1" });
const at = (minute: number) => new Date(Date.UTC(2025, 10, 21, 10, minute)).toISOString();
const away = (change: Partial<Task>) => makeTask({ lane: "background", conversation_id: "cnv_1", ...change });

/** The list from top to bottom, as headings and titles. */
const list = () => Array.from(document.querySelectorAll(".tasks-group-head, .task-title"), (one) => one.textContent);

async function show() {
  const fake = await openWindow({
    conversations: [chat],
    tasks: [
      away({ id: "tsk_b", title: "Second", state: "running", created_at: at(2) }),
      away({ id: "tsk_a", title: "First", state: "running", created_at: at(1) }),
      away({ id: "tsk_c", title: "Old", state: "completed", ended_at: at(0) }),
    ],
  });
  render(<TasksPanel />);
  const rows = document.querySelector(".tasks-scroll > div");
  if (!rows) throw new Error("no list");
  return { fake, rows };
}

test("rows stay under the pointer while their tasks change, and settle when it leaves", async () => {
  const { fake, rows } = await show();
  expect(list()).toEqual(["Working2", "Second", "First", "Done", "Old"]);
  fireEvent.pointerEnter(rows);
  fake.change("tsk_b", { state: "completed", ended_at: at(3) });
  await expect.poll(() => useStore.getState().tasks.tsk_b?.state).toBe("completed");
  expect(list(), "the count is the true one").toEqual(["Working1", "Second", "First", "Done", "Old"]);
  fireEvent.pointerLeave(rows);
  expect(list()).toEqual(["Working1", "First", "Done", "Second", "Old"]);
});

test("a task that comes while the pointer is there stands below the others until it leaves", async () => {
  const { fake, rows } = await show();
  fireEvent.pointerEnter(rows);
  await fake.client.retryTask("tsk_c", "background", null);
  await expect.poll(() => Object.keys(useStore.getState().tasks)).toHaveLength(4);
  expect(list().slice(0, 6)).toEqual(["Working3", "Second", "First", "Done", "Old", "New"]);
  fireEvent.pointerLeave(rows);
  expect(list().slice(-2)).toEqual(["Done", "Old"]);
});

import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { openWindow } from "../../ipc/open-window";
import type { Task } from "../../ipc/types";
import { useStore } from "../../state/store";
import { TasksPanel } from "./tasks-panel";

const chat = makeConversation({ id: "cnv_1" });
const at = (minute: number) => new Date(Date.UTC(2025, 10, 21, 10, minute)).toISOString();
const away = (change: Partial<Task>) => makeTask({ lane: "background", conversation_id: "cnv_1", ...change });

afterEach(() => void vi.useRealTimers());

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
  fireEvent.pointerMove(rows);
  fake.change("tsk_b", { state: "completed", ended_at: at(3) });
  await expect.poll(() => useStore.getState().tasks.tsk_b?.state).toBe("completed");
  expect(list(), "the count is the true one").toEqual(["Working1", "Second", "First", "Done", "Old"]);
  fireEvent.pointerMove(document.body);
  expect(list()).toEqual(["Working1", "First", "Done", "Second", "Old"]);
});

test("a pointer that rests holds nothing after a while, and the next move holds what is there then", async () => {
  const { fake, rows } = await show();
  vi.useFakeTimers();
  fireEvent.pointerMove(rows);
  await act(async () => fake.change("tsk_b", { state: "completed", ended_at: at(3) }));
  await act(() => vi.advanceTimersByTimeAsync(2_900));
  expect(list()).toEqual(["Working1", "Second", "First", "Done", "Old"]);
  await act(() => vi.advanceTimersByTimeAsync(200));
  expect(list()).toEqual(["Working1", "First", "Done", "Second", "Old"]);
  fireEvent.pointerMove(rows);
  await act(async () => fake.change("tsk_a", { state: "completed", ended_at: at(4) }));
  expect(list()).toEqual(["Working0", "First", "Done", "Second", "Old"]);
});

test("a task that comes while the pointer is there stands below the others until it leaves", async () => {
  const { fake, rows } = await show();
  fireEvent.pointerMove(rows);
  await fake.client.retryTask("tsk_c", "background", null);
  await expect.poll(() => Object.keys(useStore.getState().tasks)).toHaveLength(4);
  expect(list().slice(0, 6)).toEqual(["Working3", "Second", "First", "Done", "Old", "New"]);
  fireEvent.pointerMove(document.body);
  expect(list().slice(-2)).toEqual(["Done", "Old"]);
});

test("a stopped task settles once pointer and focus are elsewhere, though its button went away under the pointer", async () => {
  const { fake } = await show();
  const field = document.body.appendChild(document.createElement("textarea"));
  const row = screen.getByRole("button", { name: "Second" }).closest("li") as HTMLElement;
  const stop = within(row).getByRole("button", { name: "Stop" });
  fireEvent.pointerOver(stop);
  fireEvent.pointerMove(stop);
  stop.focus();
  fireEvent.click(stop);
  await expect.poll(() => stop.isConnected).toBe(false);
  // Neither a leave nor a blur: nothing is there any more that could send one.
  fireEvent.pointerMove(field);
  field.focus();
  const { task } = await fake.client.retryTask("tsk_c", "background", null);
  fake.change(task.id, { state: "waiting", reason: "key", title: "Asks" });
  await expect.poll(list).toEqual(["Needs you1", "Asks", "Working1", "First", "Done", "Second", "Old"]);
  expect(document.activeElement).toBe(field);
  field.blur();
  fake.change("tsk_a", { state: "completed", ended_at: at(3) });
  await expect.poll(list).toEqual(["Needs you1", "Asks", "Done", "Second", "First", "Old"]);
  expect(document.activeElement, "the focus is not taken back").toBe(document.body);
  field.remove();
});

test("the list settles when the pointer leaves the window", async () => {
  const { fake, rows } = await show();
  fireEvent.pointerMove(rows);
  fake.change("tsk_b", { state: "completed", ended_at: at(3) });
  await expect.poll(() => useStore.getState().tasks.tsk_b?.state).toBe("completed");
  expect(list().slice(0, 3)).toEqual(["Working1", "Second", "First"]);
  fireEvent.pointerLeave(document.documentElement);
  expect(list()).toEqual(["Working1", "First", "Done", "Second", "Old"]);
});

test("a part that waits says whose it is", async () => {
  const whole = away({ id: "tsk_w", title: "Plan the trip", state: "queued", reason: "children", agent: "General" });
  const part = away({ id: "tsk_p", title: "Part 2 of 3: Check the calendar", state: "waiting", reason: "question" });
  await openWindow({ conversations: [chat], tasks: [whole, { ...part, parent_id: "tsk_w", agent: "General" }] });
  render(<TasksPanel />);
  const row = screen.getByRole("button", { name: part.title }).closest("li") as HTMLElement;
  expect(row.textContent).toContain("for “Plan the trip”");
});

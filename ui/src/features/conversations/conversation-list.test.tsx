import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Toaster } from "../../components/toast";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import { useStore } from "../../state/store";
import { ConversationList } from "./conversation-list";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const rows = {
  conversations: [
    makeConversation({ id: "cnv_1", title: "Garden book", updated_at: minutesAgo(1) }),
    makeConversation({ id: "cnv_2", title: "Tenders", updated_at: minutesAgo(2) }),
    makeConversation({ id: "cnv_3", title: "Interviews", updated_at: minutesAgo(3) }),
  ],
};

function show() {
  render(
    <>
      <ConversationList hideLabel="Hide list" onHide={() => {}} />
      <Toaster />
    </>,
  );
}

test("a deleted chat is gone at once, and undo brings it back", async () => {
  const fake = await openWindow(rows, "cnv_2");
  show();
  fireEvent.keyDown(screen.getByRole("button", { name: "Garden book" }), { key: "Delete" });
  const undo = await screen.findByRole("button", { name: "Undo" });
  expect(screen.getByText('Deleted "Garden book"')).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Garden book" })).toBeNull();
  fireEvent.click(undo);
  expect(await screen.findByRole("button", { name: "Garden book" })).toBeTruthy();
  expect(callsOf(fake, "restoreConversation")).toEqual([["cnv_1"]]);
});

test("deleting a chat says how many running tasks it paused", async () => {
  const running = makeTask({ conversation_id: "cnv_1", lane: "background", state: "running" });
  await openWindow({ ...rows, tasks: [running, { ...running, id: "tsk_other" }] }, "cnv_2");
  show();
  fireEvent.keyDown(screen.getByRole("button", { name: /^Garden book/ }), { key: "Delete" });
  expect(await screen.findByText("2 tasks paused.")).toBeTruthy();
});

test("F2 renames in place; Enter keeps the name, Esc the old one", async () => {
  const fake = await openWindow(rows);
  show();
  fireEvent.keyDown(screen.getByRole("button", { name: "Tenders" }), { key: "F2" });
  const field = screen.getByLabelText("Name of the chat") as HTMLInputElement;
  expect(document.activeElement).toBe(field);
  fireEvent.change(field, { target: { value: "Heat pumps" } });
  fireEvent.keyDown(field, { key: "Enter" });
  expect(await screen.findByRole("button", { name: "Heat pumps" })).toBeTruthy();

  fireEvent.keyDown(screen.getByRole("button", { name: "Heat pumps" }), { key: "F2" });
  const again = screen.getByLabelText("Name of the chat");
  fireEvent.change(again, { target: { value: "Something else" } });
  fireEvent.keyDown(again, { key: "Escape" });
  expect(screen.getByRole("button", { name: "Heat pumps" })).toBeTruthy();
  expect(callsOf(fake, "renameConversation")).toEqual([["cnv_2", "Heat pumps"]]);
});

test("arrow keys walk the list, and only the open chat is reached by Tab", async () => {
  await openWindow(rows, "cnv_2");
  show();
  const names = ["Garden book", "Tenders", "Interviews"];
  const buttons = names.map((name) => screen.getByRole("button", { name }));
  expect(buttons.map((button) => button.tabIndex)).toEqual([-1, 0, -1]);
  buttons[1]?.focus();
  fireEvent.keyDown(buttons[1] as HTMLElement, { key: "ArrowDown" });
  expect(document.activeElement).toBe(buttons[2]);
  fireEvent.keyDown(buttons[2] as HTMLElement, { key: "Home" });
  expect(document.activeElement).toBe(buttons[0]);
});

test("a row says what its tasks are at, in words too", async () => {
  await openWindow({
    ...rows,
    tasks: [
      makeTask({ conversation_id: "cnv_1", state: "waiting" }),
      makeTask({ conversation_id: "cnv_2", state: "running" }),
      makeTask({ conversation_id: "cnv_3", state: "failed", unread: true }),
    ],
  });
  show();
  expect(screen.getByRole("button", { name: "Garden book, Needs you" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Tenders, Working" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Interviews, Failed" })).toBeTruthy();
});

test("what nobody has seen is counted at the foot, also when no notice was shown", async () => {
  await openWindow({
    ...rows,
    tasks: [makeTask({ conversation_id: "cnv_1", lane: "background", state: "completed", unread: true })],
  });
  useStore.setState({ tasksOpen: false });
  show();
  const tasks = screen.getByRole("button", { name: /^Tasks/ });
  expect(tasks.textContent).toBe("Tasks1not seen yet");
  fireEvent.click(tasks);
  expect(useStore.getState().tasksOpen).toBe(true);
});

test("a chat is marked by what keeps its tasks: you before the end of the day, and that before a pause", async () => {
  const due_at = new Date(2025, 10, 22).toISOString();
  const held = makeTask({
    conversation_id: "cnv_2",
    lane: "background",
    state: "waiting",
    reason: "day_limit",
    due_at,
  });
  const paused = makeTask({ conversation_id: "cnv_2", lane: "background", state: "paused", turn: 2 });
  const fake = await openWindow({ ...rows, tasks: [held, paused] });
  show();
  expect(screen.getByRole("button", { name: /^Tenders.*Waits for tomorrow/ })).toBeTruthy();
  fake.change(held.id, { lane: "interactive" });
  expect(await screen.findByRole("button", { name: /^Tenders.*Needs you/ })).toBeTruthy();
  fake.change(held.id, { state: "cancelled", reason: null });
  expect(await screen.findByRole("button", { name: /^Tenders.*Paused/ })).toBeTruthy();
});

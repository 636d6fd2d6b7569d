import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { App } from "./app";
import { makeApproval } from "./ipc/fake-agents";
import { makeConversation, makeTask } from "./ipc/fake-rows";
import { openWindow } from "./ipc/open-window";
import { listen } from "./keys/registry";
import { actions } from "./state/actions";
import { useStore } from "./state/store";

const rows = {
  conversations: [makeConversation({ id: "cnv_1", title: "Tenders" })],
  tasks: [makeTask({ conversation_id: "cnv_1", lane: "background", title: "At work", state: "running" })],
};

async function open(): Promise<void> {
  await openWindow(rows, "cnv_1");
  listen(window);
  render(<App isQuickAsk={false} />);
}

test("the list of chats stays the same while the settings are open", async () => {
  await open();
  const list = screen.getByRole("navigation", { name: "Chats" });
  act(() => actions.setPage("settings"));
  expect(screen.getByRole("heading", { level: 1, name: "Settings" })).toBeTruthy();
  expect(screen.getByRole("navigation", { name: "Chats" })).toBe(list);
});

test("from the settings the shortcut of the tasks goes to the chat, with the tasks open", async () => {
  await open();
  act(() => useStore.setState({ tasksOpen: false, page: "settings" }));
  fireEvent.keyDown(window, { key: "j", code: "KeyJ", ctrlKey: true });
  expect(screen.getByRole("complementary", { name: "Tasks" })).toBeTruthy();
  expect(useStore.getState().page).toBe("chat");
});

test("shortcuts do not take a new user out of the welcome", async () => {
  await open();
  act(() => actions.setPage("welcome"));
  fireEvent.keyDown(window, { key: "n", code: "KeyN", ctrlKey: true });
  fireEvent.keyDown(window, { key: "k", code: "KeyK", ctrlKey: true });
  expect(useStore.getState()).toMatchObject({ page: "welcome", paletteOpen: false });
});

test("Ctrl Z brings a deleted chat back, but leaves a field with text its own undo", async () => {
  await open();
  await act(() => actions.deleteConversation("cnv_1"));
  const undo = () =>
    act(
      async () => void fireEvent.keyDown(document.activeElement ?? window, { key: "z", code: "KeyZ", ctrlKey: true }),
    );
  const field = screen.getByRole("textbox", { name: "Message" });
  field.focus();
  fireEvent.change(field, { target: { value: "half a thought" } });
  await undo();
  expect(useStore.getState().order).toEqual([]);
  fireEvent.change(field, { target: { value: "" } });
  await undo();
  expect(useStore.getState().order).toEqual(["cnv_1"]);
  expect(screen.queryByText('Deleted "Tenders"')).toBeNull();
});

test("one dialog at a time: the sheet of shortcuts takes the place of the palette", async () => {
  await open();
  const press = (key: string, code: string) =>
    act(async () => void fireEvent.keyDown(document.activeElement ?? window, { key, code, ctrlKey: true }));
  await press("k", "KeyK");
  await press("/", "Slash");
  expect((await screen.findAllByRole("dialog", { name: "Shortcuts" })).length).toBe(1);
  expect(document.querySelectorAll("[role=dialog]")).toHaveLength(1);
  await press("k", "KeyK");
  expect(document.querySelectorAll("[role=dialog]")).toHaveLength(1);
});

test("themes and the pause of everything are found with Ctrl K, as far as they would change something", async () => {
  await open();
  const find = async (letters: string) => {
    await act(async () => actions.openPalette(true));
    fireEvent.change(await screen.findByRole("combobox"), { target: { value: letters } });
    return screen.queryAllByRole("option").map((option) => option.textContent);
  };
  const choose = (name: string) => act(async () => screen.getByRole("option", { name }).click());
  expect(await find("theme")).toEqual(["Theme: Light", "Theme: Dark", "Theme: High contrast", "Settings: Appearance"]);
  await choose("Theme: Dark");
  await expect.poll(() => useStore.getState().settings.theme).toBe("dark");
  expect(await find("theme")).toEqual([
    "Theme: Light",
    "Theme: High contrast",
    "Theme: As the system",
    "Settings: Appearance",
  ]);
  expect(await find("all tasks")).toEqual(["Pause all tasks"]);
  await choose("Pause all tasks");
  expect(await screen.findByText("1 task is paused.")).toBeTruthy();
  expect(await find("all tasks")).toEqual(["Resume all tasks"]);
  expect(await find("json")).toEqual(["Export this chat as JSON lines"]);
});

test("Ctrl A selects what was said and not the window around it, and in a field its text", async () => {
  await open();
  const press = (target: Element) => !fireEvent.keyDown(target, { key: "a", code: "KeyA", ctrlKey: true });
  const selected = () => getSelection()?.anchorNode;
  const field = screen.getByRole("textbox", { name: "Message" });
  expect(press(field), "its own meaning").toBe(false);
  expect(press(screen.getByRole("button", { name: "New chat" }))).toBe(true);
  expect(selected()).toBe(document.querySelector(".thread"));
  act(() => actions.setPage("settings"));
  expect(press(document.body)).toBe(true);
  expect(getSelection()?.rangeCount).toBe(0);
});

test("Ctrl Shift J goes to what an agent asks, and from there to the next", async () => {
  const asks = (id: string, conversation_id: string, created_at: string) =>
    makeTask({ id, conversation_id, created_at, agent: "General", state: "waiting", reason: "approval", approvals: 1 });
  const tasks = [
    asks("tsk_a", "cnv_1", "2026-01-01T10:00:00.000Z"),
    asks("tsk_b", "cnv_2", "2026-01-01T11:00:00.000Z"),
  ];
  const approvals = tasks.map(({ id, conversation_id }) =>
    makeApproval({ task_id: id, conversation_id, summary: `Edit ${id}.md` }),
  );
  const conversations = ["cnv_1", "cnv_2"].map((id) => makeConversation({ id }));
  await openWindow({ conversations, tasks, approvals }, null);
  listen(window);
  render(<App isQuickAsk={false} />);
  const press = () =>
    act(async () => void fireEvent.keyDown(document.body, { key: "J", ctrlKey: true, shiftKey: true }));
  const focused = () => document.activeElement?.getAttribute("aria-label");
  await press();
  await expect.poll(focused).toBe("General wants your yes: Edit tsk_a.md");
  await press();
  await expect.poll(focused).toBe("General wants your yes: Edit tsk_b.md");
  await press();
  await expect.poll(focused).toBe("General wants your yes: Edit tsk_a.md");
});

test("headings of the chat stand below each other", async () => {
  await open();
  const main = screen.getByRole("main");
  const levels = [...main.querySelectorAll("h1, h2, h3")].map((heading) => heading.tagName);
  expect(levels).toEqual(["H1", "H2"]);
});

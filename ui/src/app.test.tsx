import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { App } from "./app";
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

test("headings of the chat stand below each other", async () => {
  await open();
  const main = screen.getByRole("main");
  const levels = [...main.querySelectorAll("h1, h2, h3")].map((heading) => heading.tagName);
  expect(levels).toEqual(["H1", "H2"]);
});

import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { openWindow } from "../../ipc/open-window";
import { listen } from "../../keys/registry";
import { ThreadPane } from "./thread-pane";

// jsdom has no layout: a long thread in a low window.
const HEIGHT = 1_000;
let stopListening = () => {};
beforeEach(async () => {
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockReturnValue(HEIGHT);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(300);
  const first = makeTask({ id: "tsk_1", conversation_id: "cnv_1", turn: 1, prompt: "First" });
  const last = makeTask({ id: "tsk_2", conversation_id: "cnv_1", turn: 2, prompt: "Last" });
  await openWindow({ conversations: [makeConversation({ id: "cnv_1" })], tasks: [first, last] }, "cnv_1");
  stopListening = listen(window);
  render(<ThreadPane />);
});
afterEach(() => stopListening());

const thread = () => screen.getByRole("log", { name: "Conversation" });
const readFurtherUp = () => {
  fireEvent.wheel(thread(), { deltaY: -1 });
  thread().scrollTop = 100;
  fireEvent.scroll(thread());
  expect(screen.getByRole("button", { name: "Jump to latest" })).toBeTruthy();
};
const expectFollowed = () => {
  expect(thread().scrollTop).toBe(HEIGHT);
  expect(screen.queryByRole("button", { name: "Jump to latest" })).toBeNull();
};

test("an answer that is asked for again is followed", async () => {
  readFurtherUp();
  await act(async () => void fireEvent.keyDown(window, { key: "r", code: "KeyR", ctrlKey: true }));
  expectFollowed();
});

test("the answer to a changed prompt is followed", async () => {
  fireEvent.keyDown(screen.getByRole("textbox", { name: "Message" }), { key: "ArrowUp" });
  const editor = screen.getByRole("textbox", { name: "Edit the prompt" });
  expect(document.activeElement).toBe(editor);
  readFurtherUp();
  fireEvent.change(editor, { target: { value: "Last, in short" } });
  await act(async () => void fireEvent.keyDown(editor, { key: "Enter" }));
  expect(screen.getByText("Version 2 of 2")).toBeTruthy();
  expectFollowed();
});

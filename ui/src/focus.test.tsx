import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { App } from "./app";
import type { Fake } from "./ipc/fake";
import { makeConversation, makeTask } from "./ipc/fake-rows";
import { openWindow } from "./ipc/open-window";
import { listen } from "./keys/registry";
import { actions } from "./state/actions";
import { useStore } from "./state/store";

const rows = {
  conversations: [
    makeConversation({ id: "cnv_1", title: "Tenders", updated_at: "2026-01-02T00:00:00.000Z" }),
    makeConversation({ id: "cnv_2", title: "Garden book", updated_at: "2026-01-01T00:00:00.000Z" }),
  ],
  tasks: [makeTask({ id: "tsk_9", conversation_id: "cnv_2", prompt: "Over there", unread: true })],
  models: [
    { id: "ollama/qwen3", provider: "ollama", name: "qwen3" },
    { id: "ollama/gemma3", provider: "ollama", name: "gemma3" },
  ],
};

let stopListening = () => {};
afterEach(() => stopListening());

async function open(): Promise<Fake> {
  const fake = await openWindow(rows, "cnv_1");
  stopListening = listen(window);
  render(<App isQuickAsk={false} />);
  return fake;
}

const field = () => screen.getByRole("textbox", { name: "Message" });
const focused = () => expect.poll(() => document.activeElement === field());
const row = (name: string) => screen.getByRole("button", { name: new RegExp(`^${name}`) });
const press = (key: string, more: object = {}) =>
  act(async () => void fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more }));
/** As a hand does it: the press gives a button the focus. */
const click = (element: HTMLElement) =>
  act(async () => {
    fireEvent.pointerDown(element);
    element.focus();
    element.click();
  });

test("a chat that is clicked takes the typing", async () => {
  await open();
  await click(row("Garden book"));
  await focused().toBe(true);
  expect(useStore.getState().openConversation).toBe("cnv_2");
  // Also when it is open already.
  await click(row("Garden book"));
  await focused().toBe(true);
});

test("New chat takes the typing, clicked or by its keys, wherever the focus was", async () => {
  await open();
  await click(screen.getByRole("button", { name: "New chat" }));
  await focused().toBe(true);
  row("Tenders").focus();
  await press("n", { code: "KeyN", ctrlKey: true });
  await focused().toBe(true);
});

test("Ctrl Tab goes to the next chat and its text field", async () => {
  await open();
  row("Tenders").focus();
  await press("Tab", { ctrlKey: true });
  expect(useStore.getState().openConversation).toBe("cnv_2");
  await focused().toBe(true);
});

test("a notice leads to its turn, and typing goes to the text field", async () => {
  const fake = await open();
  row("Tenders").focus();
  await act(async () => fake.push({ type: "show", conversation_id: "cnv_2", task_id: "tsk_9", page: null }));
  expect(screen.getByText("Over there")).toBeTruthy();
  await focused().toBe(true);
});

test("after the welcome the text field has the focus, also when something was asked there", async () => {
  await open();
  act(() => actions.setPage("welcome"));
  await act(async () => actions.openConversation("cnv_2", "tsk_9", "welcome"));
  await act(async () => actions.setPage("chat"));
  await focused().toBe(true);
});

test("a chosen model leaves the focus in the text field", async () => {
  await open();
  const picker = screen.getByRole("button", { name: /^Model/ });
  picker.focus();
  await act(async () => picker.click());
  fireEvent.click(await screen.findByRole("option", { name: /gemma3/ }));
  await focused().toBe(true);
  expect(useStore.getState().pickedModel).toEqual({ cnv_1: "ollama/gemma3" });
});

test("text that is typed while nothing takes it goes to the text field", async () => {
  await open();
  (document.activeElement as HTMLElement).blur();
  await press("W");
  expect(document.activeElement).toBe(field());
  row("Tenders").focus();
  await press("b");
  expect(document.activeElement).toBe(field());
});

test("Space presses a button that was reached by keyboard, and is text after a click", async () => {
  await open();
  await press("Tab");
  row("Tenders").focus();
  await press(" ");
  expect(document.activeElement).toBe(row("Tenders"));
  fireEvent.pointerDown(row("Tenders"));
  row("Tenders").focus();
  await press(" ");
  expect(document.activeElement).toBe(field());
});

test("text in a dialog or with a modifier stays where it is", async () => {
  await open();
  row("Tenders").focus();
  await press("e", { ctrlKey: true });
  expect(document.activeElement).toBe(row("Tenders"));
  await act(async () => actions.openShortcuts(true));
  const sheet = await screen.findByRole("dialog", { name: "Shortcuts" });
  await expect.poll(() => sheet.contains(document.activeElement)).toBe(true);
  await press("b");
  expect(sheet.contains(document.activeElement)).toBe(true);
});

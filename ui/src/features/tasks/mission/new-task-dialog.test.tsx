import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { App } from "../../../app";
import { callsOf, openWindow } from "../../../ipc/open-window";
import { listen } from "../../../keys/registry";
import { useStore } from "../../../state/store";
import { nothingYet, useLookedAt } from "./looked-at";

let stop = () => {};
afterEach(() => {
  stop();
  cleanup();
});
beforeEach(() => useLookedAt.setState(nothingYet, true));

async function open(settings = {}) {
  const fake = await openWindow({ settings, models: [{ provider: "ollama", name: "qwen3" }] });
  stop = listen(window);
  render(<App isQuickAsk={false} />);
  act(() => {
    fireEvent.keyDown(document.body, { key: "N", code: "KeyN", ctrlKey: true, shiftKey: true });
  });
  return { fake, dialog: await screen.findByRole("dialog", { name: "New background task" }) };
}

const field = () => screen.getByRole("textbox", { name: "What to work on" });

test("from anywhere a prompt goes to the background, in a chat of its own, and one stays where one sees it work", async () => {
  const { fake, dialog } = await open({ background_model: "ollama/gemma3" });
  expect(document.activeElement).toBe(field());
  expect(within(dialog).getByRole("button", { name: "Model: ollama/gemma3" })).toBeTruthy();
  fireEvent.change(field(), { target: { value: " Compare the tenders " } });
  fireEvent.keyDown(field(), { key: "Enter", ctrlKey: true, shiftKey: true });
  expect(await screen.findByText("Got it. We'll keep working on this.")).toBeTruthy();
  expect(callsOf(fake, "sendMessage")).toMatchObject([
    [{ conversation_id: null, text: "Compare the tenders", lane: "background", model: "ollama/gemma3" }],
  ]);
  expect(useStore.getState()).toMatchObject({ page: "mission", newTaskOpen: false });
  expect(await screen.findByRole("button", { name: "Compare the tenders", expanded: false })).toBeTruthy();
});

test("without words there is nothing to send, and what was refused keeps them", async () => {
  const { fake, dialog } = await open({ default_model: null });
  const send = () => within(dialog).getByRole("button", { name: "Send to the background" }) as HTMLButtonElement;
  expect(send().disabled).toBe(true);
  fireEvent.change(field(), { target: { value: "Compare" } });
  fake.refuse("sendMessage", { code: "no_model", message: "no model is configured" });
  fireEvent.click(send());
  expect(await within(dialog).findByText(/No model is set up yet/)).toBeTruthy();
  expect((field() as HTMLTextAreaElement).value).toBe("Compare");
  fireEvent.click(within(dialog).getByRole("button", { name: "Cancel" }));
  expect(screen.queryByRole("dialog")).toBeNull();
});

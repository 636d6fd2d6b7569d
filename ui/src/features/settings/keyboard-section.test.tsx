import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { App } from "../../app";
import { callsOf, openWindow } from "../../ipc/open-window";
import { chordsOf } from "../../keys/bindings";
import { keysOf, sentBy } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";

const kept = () => useStore.getState().settings.shortcuts;

async function show(shortcuts: Record<string, string | null> = {}) {
  const fake = await openWindow({ settings: { shortcuts } });
  actions.setPage("settings");
  render(<App isQuickAsk={false} />);
  const section = (await screen.findByRole("heading", { name: "Keyboard" })).closest("section") as HTMLElement;
  for (const fold of section.querySelectorAll("details")) fold.open = true;
  return { fake, section: within(section) };
}

/** Presses keys at the button of a command while it records. */
function record(section: ReturnType<typeof within>, name: string, init: KeyboardEventInit): HTMLElement {
  const button = section.getByRole("button", { name: new RegExp(`Change the keys of ${name}, now`) });
  fireEvent.click(button);
  fireEvent.keyDown(button, { key: "Control", ctrlKey: true });
  fireEvent.keyDown(button, init);
  return button;
}

beforeEach(() => {
  Element.prototype.scrollTo ??= () => {};
});

test("keys that are pressed become those of the command, and tooltips follow at once", async () => {
  const { section } = await show();
  record(section, "Settings", { key: "p", code: "KeyP", ctrlKey: true, altKey: true });
  await expect.poll(kept).toEqual({ settings: "Mod+Alt+P" });
  expect(keysOf("settings")).toBe("Ctrl Alt P");
  expect(await screen.findByText("Ctrl Alt P", { selector: ".keys" }), "beside Settings in the list").toBeTruthy();
});

test("keys of another are named, and taken over only by a press", async () => {
  const { section, fake } = await show();
  record(section, "Attach a folder", { key: "j", code: "KeyJ", ctrlKey: true });
  expect(section.getByText(/Ctrl J belongs to "Show or hide tasks"/)).toBeTruthy();
  expect(callsOf(fake, "saveSettings")).toEqual([]);
  fireEvent.click(section.getByRole("button", { name: "Use it here" }));
  await expect.poll(() => keysOf("attach-folder")).toBe("Ctrl J");
  expect(chordsOf("tasks")).toEqual([]);
  fireEvent.click(section.getByRole("button", { name: "Reset the keys of Attach a folder" }));
  await expect.poll(() => keysOf("tasks")).toBe("Ctrl J");
});

test("of two keys the one that is not taken stays", async () => {
  await show({ "attach-folder": "Mod+Shift+O" });
  expect(chordsOf("new-chat")).toEqual(["Mod+N"]);
});

test("keys that belong to text, to the desktop or to a fixed command are refused in words", async () => {
  const { section, fake } = await show();
  const pressed = (init: KeyboardEventInit) => record(section, "Usage", init);
  pressed({ key: "c", code: "KeyC", ctrlKey: true });
  expect(section.getByText(/for text in every field/)).toBeTruthy();
  fireEvent.blur(section.getByText("Press the new keys"));
  pressed({ key: "u", code: "KeyU" });
  expect(section.getByText(/bare keys are for typing/)).toBeTruthy();
  fireEvent.blur(section.getByText("Press the new keys"));
  pressed({ key: "F4", code: "F4", altKey: true });
  expect(section.getByText(/The desktop has these keys/)).toBeTruthy();
  fireEvent.blur(section.getByText("Press the new keys"));
  pressed({ key: " ", code: "Space", altKey: true, shiftKey: true });
  expect(section.getByText(/opens Quick ask from any program/)).toBeTruthy();
  fireEvent.blur(section.getByText("Press the new keys"));
  pressed({ key: "3", code: "Digit3", ctrlKey: true });
  expect(section.getByText(/belongs to "Chat 1 to 9 of the list", which keeps it/)).toBeTruthy();
  expect(callsOf(fake, "saveSettings")).toEqual([]);
});

test("a command can be left without keys, and all of them reset with a way back", async () => {
  const { section } = await show();
  fireEvent.click(section.getByRole("button", { name: "No keys for Delete chat" }));
  await expect.poll(kept).toEqual({ "delete-chat": null });
  fireEvent.click(section.getByRole("button", { name: "Reset this section: Keyboard" }));
  await expect.poll(kept).toEqual({});
  fireEvent.click(await screen.findByRole("button", { name: "Undo" }));
  await expect.poll(kept).toEqual({ "delete-chat": null });
});

test("Enter can begin a new line instead, and then Ctrl with it sends", async () => {
  const { section } = await show();
  const enter = (init: KeyboardEventInit = {}) => sentBy(new KeyboardEvent("keydown", { key: "Enter", ...init }));
  expect([enter(), enter({ shiftKey: true }), enter({ ctrlKey: true, shiftKey: true })]).toEqual([
    "interactive",
    null,
    "background",
  ]);
  fireEvent.click(section.getByRole("switch", { name: "Enter sends" }));
  await expect.poll(() => [enter(), enter({ ctrlKey: true })]).toEqual([null, "interactive"]);
  expect(keysOf("send")).toBe("Ctrl ↵");
});

test("keys that the process refuses stay as they were, and why is said", async () => {
  const { section, fake } = await show();
  fake.refuse("saveSettings", { code: "invalid", message: "these keys cannot be kept; nothing was changed" });
  record(section, "Usage", { key: "u", code: "KeyU", ctrlKey: true, altKey: true });
  expect(await screen.findByText(/These keys cannot be kept/)).toBeTruthy();
  await act(async () => {});
  expect(keysOf("usage")).toBe("");
});

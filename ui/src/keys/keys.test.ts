import { afterEach, expect, test, vi } from "vitest";
import { matches, written } from "./chord";
import { listen, register } from "./registry";
import { shortcuts } from "./shortcuts";

const press = (key: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
  document.body.replaceChildren();
});

test("Mod is Ctrl here and Cmd on a Mac", () => {
  expect(matches(press("n", { ctrlKey: true }), "Mod+N", false)).toBe(true);
  expect(matches(press("n", { metaKey: true }), "Mod+N", false)).toBe(false);
  expect(matches(press("n", { metaKey: true }), "Mod+N", true)).toBe(true);
});

test("a chord with Shift is another one", () => {
  expect(matches(press("B", { ctrlKey: true, shiftKey: true }), "Mod+B", false)).toBe(false);
  expect(matches(press("B", { ctrlKey: true, shiftKey: true }), "Mod+Shift+B", false)).toBe(true);
});

test("on a layout without Latin letters the place of the key counts", () => {
  expect(matches(press("л", { ctrlKey: true, code: "KeyK" }), "Mod+K", false)).toBe(true);
  expect(matches(press("л", { ctrlKey: true, code: "KeyJ" }), "Mod+K", false)).toBe(false);
});

test("a sign that needs Shift on this layout is found", () => {
  expect(matches(press("/", { ctrlKey: true, shiftKey: true, code: "Digit7" }), "Mod+/", false)).toBe(true);
  expect(matches(press(":", { ctrlKey: true, shiftKey: true, code: "Semicolon" }), "Mod+Shift+;", false)).toBe(true);
});

test("chords are written as on the keyboard", () => {
  expect(written("Mod+Shift+Enter", false)).toBe("Ctrl ⇧ ↵");
  expect(written("Mod+Shift+B", true)).toBe("⌘ ⇧ B");
});

test("no two shortcuts share a chord", () => {
  const chords = shortcuts.flatMap((shortcut) => shortcut.chords);
  expect(new Set(chords).size).toBe(chords.length);
});

test("a press during composition belongs to the input method", () => {
  const handler = vi.fn(() => true);
  endings.push(register("stop", handler), listen(window));
  window.dispatchEvent(press("Escape", { isComposing: true }));
  expect(handler).not.toHaveBeenCalled();
  window.dispatchEvent(press("Escape"));
  expect(handler).toHaveBeenCalledOnce();
});

test("a bare sign is text while a field has the focus", () => {
  const handler = vi.fn(() => true);
  endings.push(register("shortcuts", handler), listen(window));
  const field = document.createElement("textarea");
  document.body.append(field);
  field.dispatchEvent(press("?"));
  expect(handler).not.toHaveBeenCalled();
  document.body.dispatchEvent(press("?"));
  expect(handler).toHaveBeenCalledOnce();
});

test("a handler that declines leaves the key its own meaning", () => {
  endings.push(
    register("stop", () => false),
    listen(window),
  );
  const event = press("Escape");
  window.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(false);
});

test("the newest handler counts, and the one before is back when it goes", () => {
  const first = vi.fn(() => true);
  const second = vi.fn(() => true);
  endings.push(register("palette", first), listen(window));
  const end = register("palette", second);
  window.dispatchEvent(press("k", { ctrlKey: true }));
  end();
  window.dispatchEvent(press("k", { ctrlKey: true }));
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
});

test("an open dialog keeps the keys from what is behind it, but for those that are about the window", () => {
  const ran: string[] = [];
  const takeAway = (["regenerate", "new-chat", "quit"] as const).map((id) =>
    register(id, () => {
      ran.push(id);
      return true;
    }),
  );
  const stop = listen(window);
  const dialog = Object.assign(document.createElement("div"), { className: "dialog" });
  dialog.dataset.state = "open";
  document.body.append(dialog);
  const press = (key: string) => {
    const event = new KeyboardEvent("keydown", { key, ctrlKey: true, bubbles: true, cancelable: true });
    dialog.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(press("r")).toBe(true);
  press("n");
  press("q");
  expect(ran).toEqual(["quit"]);
  delete dialog.dataset.state;
  press("n");
  expect(ran).toEqual(["quit", "new-chat"]);
  stop();
  for (const away of takeAway) away();
});

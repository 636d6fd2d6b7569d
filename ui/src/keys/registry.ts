import { useEffect, useRef } from "react";
import type { Lane } from "../ipc/types";
import { chordsOf, shownOf } from "./bindings";
import { isComposing, matches, written } from "./chord";
import { type ShortcutId, shortcuts } from "./shortcuts";

/** Returns `false` when the shortcut means nothing right now, so that the key keeps its own meaning. */
export type ShortcutHandler = (event: KeyboardEvent) => boolean | undefined;

/** Whether there is anything for it to do just now. */
type Check = () => boolean;

interface Meaning {
  handler: ShortcutHandler;
  canRun: Check;
}

const meanings = new Map<ShortcutId, Meaning[]>();

/** Gives a shortcut its meaning; the newest one counts. The function given back takes it away. */
export function register(id: ShortcutId, handler: ShortcutHandler, canRun: Check = () => true): () => void {
  const stack = meanings.get(id) ?? [];
  const meaning = { handler, canRun };
  stack.push(meaning);
  meanings.set(id, stack);
  return () => {
    stack.splice(stack.indexOf(meaning), 1);
  };
}

/** The same for the life of a component. */
export function useShortcut(id: ShortcutId, handler: ShortcutHandler, canRun?: Check): void {
  const newest = useRef({ handler, canRun });
  newest.current = { handler, canRun };
  useEffect(
    () =>
      register(
        id,
        (event) => newest.current.handler(event),
        () => newest.current.canRun?.() ?? true,
      ),
    [id],
  );
}

/** Whether a shortcut has a meaning here and something to do, for menus and the palette. */
export function canRunShortcut(id: ShortcutId): boolean {
  return meanings.get(id)?.at(-1)?.canRun() ?? false;
}

/** Runs a shortcut as if its keys were pressed, for menus and the palette. */
export function runShortcut(id: ShortcutId): void {
  meanings.get(id)?.at(-1)?.handler(new KeyboardEvent("keydown"));
}

/** Whether a key press is this shortcut, for those that a part of the page handles itself. */
export function isShortcut(event: KeyboardEvent, id: ShortcutId): boolean {
  return chordsOf(id).some((chord) => matches(event, chord));
}

/** How the keys of a shortcut are written here, for tooltips and hints; empty when it has none. */
export function keysOf(id: ShortcutId): string {
  const shortcut = shortcuts.find((one) => one.id === id);
  return shortcut ? written(shownOf(shortcut)[0] ?? "") : "";
}

/** What a tooltip says of an action: its name, and its keys when it has some. */
export function titleOf(words: string, id: ShortcutId): string {
  const keys = keysOf(id);
  return keys === "" ? words : `${words}, ${keys}`;
}

/** How a prompt goes to the background, for sentences: keys, or the word to begin it with when there are none. */
export const backgroundKeys = (): string => keysOf("send-background") || "/background";

/** Where a prompt goes that is ended with these keys; `null` when they do not end it. */
export function sentBy(event: KeyboardEvent): Lane | null {
  if (isShortcut(event, "send-background")) return "background";
  return isShortcut(event, "send") ? "interactive" : null;
}

/** What an open dialog leaves to the window behind it. */
const OVER_DIALOGS: ReadonlySet<ShortcutId> = new Set([
  "shortcuts",
  "quit",
  "close-window",
  "select-all",
  "text-larger",
  "text-smaller",
  "text-usual",
]);

/** Listens for all of them; gives the function that ends it. */
export function listen(target: Window): () => void {
  // Not in the capture phase: menus and dialogs close on Escape first and prevent the default.
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || isComposing(event)) return;
    const isBehind = document.querySelector(".dialog[data-state=open]") !== null;
    for (const shortcut of shortcuts) {
      if (shortcut.local || !chordsOf(shortcut.id).some((chord) => fits(event, chord))) continue;
      if (isBehind && !OVER_DIALOGS.has(shortcut.id)) {
        // Its own meaning for the web view would load the page again.
        if (shortcut.id === "regenerate") event.preventDefault();
        continue;
      }
      const handler = meanings.get(shortcut.id)?.at(-1)?.handler;
      if (!handler || handler(event) === false) continue;
      event.preventDefault();
      return;
    }
  };
  target.addEventListener("keydown", onKey);
  return () => target.removeEventListener("keydown", onKey);
}

function fits(event: KeyboardEvent, chord: string): boolean {
  // A bare sign is text while a field has the focus.
  if (chord.length === 1 && inField(event.target)) return false;
  return matches(event, chord);
}

/** Whether a key is text, or about the text, of where it was pressed. */
export function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

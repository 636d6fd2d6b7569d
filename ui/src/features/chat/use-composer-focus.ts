import { useEffect, useLayoutEffect } from "react";
import { isComposing } from "../../keys/chord";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";

/** Whoever opens a chat, or types where nothing takes the text, means the text field. */
export function useComposerFocus(): void {
  const isAsked = useStore((state) => state.focusComposer);
  useLayoutEffect(() => {
    if (!isAsked) return;
    if (!isCovered()) focusComposer();
    actions.wishDone("focusComposer");
  }, [isAsked]);
  useTypingAnywhere();
}

export function focusComposer(): void {
  document.querySelector<HTMLTextAreaElement>("#composer")?.focus({ preventScroll: true });
}

/** A text field that appears takes the focus when nobody else has it. */
export function takeFirstFocus(field: HTMLTextAreaElement | null): void {
  if (!field || isCovered()) return;
  const focused = document.activeElement;
  if (focused && focused !== document.body && focused.closest("#chat") === null) return;
  field.focus({ preventScroll: true });
  field.setSelectionRange(field.value.length, field.value.length);
}

/** Text typed while no field has the focus: the field takes it before the browser puts the letter anywhere. */
function useTypingAnywhere(): void {
  useEffect(() => {
    // Space presses a button that was walked to; on one that was clicked it is the next letter.
    let isPointed = false;
    const onPointer = () => {
      isPointed = true;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key.length > 1) {
        isPointed = false;
        return;
      }
      if (event.defaultPrevented || isComposing(event) || !isText(event) || isCovered()) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.closest("input, textarea, select, [contenteditable]")) return;
      if (event.key === " " && target !== document.body && !isPointed) return;
      focusComposer();
    };
    window.addEventListener("pointerdown", onPointer, true);
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("pointerdown", onPointer, true);
      window.removeEventListener("keydown", onKey);
    };
  }, []);
}

/** AltGr writes signs on many layouts, and says Ctrl and Alt with it on some systems. */
function isText(event: KeyboardEvent): boolean {
  return event.getModifierState("AltGraph") || !(event.ctrlKey || event.metaKey || event.altKey);
}

/** Something lies over the chat and has the keyboard. */
function isCovered(): boolean {
  return document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null;
}

import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

/**
 * For a pane that lies over the page: its first place, by a selector, takes the focus. When it goes, the focus is back where it
 * was, unless somebody took it meanwhile, such as the text field of a chat that was chosen.
 */
export function useFocusOver(pane: RefObject<HTMLElement | null>, first: string, isOver = true): void {
  const place = useRef(first);
  place.current = first;
  const before = useRef<Element | null>(null);
  // At once: what has the focus becomes out of reach in this very moment, and lets go of it at the next frame.
  useLayoutEffect(() => {
    if (!isOver) return;
    before.current = document.activeElement;
    pane.current?.querySelector<HTMLElement>(place.current)?.focus();
  }, [pane, isOver]);
  // Afterwards: only then it is within reach again.
  useEffect(() => {
    if (!isOver) return;
    return () => {
      const isFree = document.activeElement === null || document.activeElement === document.body;
      if (isFree && before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
    };
  }, [isOver]);
}

import { useRef } from "react";

/** For a dialog without a button of its own: the library would leave the focus nowhere when it closes. */
export function useFocusBack() {
  const before = useRef<Element | null>(null);
  return {
    /** When it opens, before the focus moves. */
    remember() {
      before.current = document.activeElement;
    },
    /** When it has closed. */
    giveBack(event: Event) {
      event.preventDefault();
      if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
    },
  };
}

import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from "react";

/**
 * For a list whose focused row moves or loses the button that was pressed: the focus goes to `place` instead of nowhere.
 * Gives what the list listens to.
 */
export function useKeptFocus(list: RefObject<HTMLElement | null>, place: () => HTMLElement | null | undefined) {
  const isIn = useRef(false);
  useLayoutEffect(() => {
    if (!isIn.current || (document.activeElement && document.activeElement !== document.body)) return;
    const at = place();
    if (at) at.focus();
    else isIn.current = false;
  });
  return {
    onFocus: () => {
      isIn.current = true;
    },
    onBlur: ({ target, relatedTarget }: FocusEvent) => {
      if (relatedTarget) isIn.current = list.current?.contains(relatedTarget) ?? false;
      // What is taken out of the page may say so before it is gone, which is no reason to let go.
      else {
        setTimeout(() => {
          if (target.isConnected) isIn.current = false;
        });
      }
    },
  };
}

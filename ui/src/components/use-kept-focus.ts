import { type FocusEvent, type RefObject, useEffect, useLayoutEffect, useRef } from "react";

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
  // Asked of the whole window: what was taken away while it had the focus never tells the list that it lost it.
  useEffect(() => {
    const look = ({ target }: Event) => {
      isIn.current = target instanceof Node && list.current?.contains(target) === true;
    };
    document.addEventListener("focusin", look);
    return () => document.removeEventListener("focusin", look);
  }, [list]);
  return {
    onBlur: ({ target, relatedTarget }: FocusEvent) => {
      if (relatedTarget) return;
      // What is taken out of the page may say so before it is gone, which is no reason to let go.
      setTimeout(() => {
        if (target.isConnected) isIn.current = false;
      });
    },
  };
}

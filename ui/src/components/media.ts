import { useSyncExternalStore } from "react";

/** Below this width the list of chats becomes a rail. */
export const NARROW = "(max-width: 1080px)";
/** Below this width there is one column. */
export const SMALL = "(max-width: 640px)";

/** Whether a media query holds, now and whenever it changes. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const list = window.matchMedia?.(query);
      list?.addEventListener("change", onChange);
      return () => list?.removeEventListener("change", onChange);
    },
    () => window.matchMedia?.(query).matches ?? false,
  );
}

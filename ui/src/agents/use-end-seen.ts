import { type RefObject, useEffect } from "react";

/** Pixels from its end at which something counts as seen to the end. */
const NEAR_PX = 24;

/** Tells when what scrolls has been seen to its end, which is at once if it does not scroll. `key` names what is in it. */
export function useEndSeen(place: RefObject<HTMLElement | null>, key: unknown, onEnd?: () => void): void {
  useEffect(() => {
    const box = place.current;
    if (!box || !onEnd || key === null) return;
    const look = () => {
      if (box.scrollHeight - box.clientHeight - box.scrollTop <= NEAR_PX) onEnd();
    };
    look();
    box.addEventListener("scroll", look, { passive: true });
    return () => box.removeEventListener("scroll", look);
  }, [place, key, onEnd]);
}

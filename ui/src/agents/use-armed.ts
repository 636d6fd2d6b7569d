import { type RefObject, useEffect, useState } from "react";
import { useInView } from "../components/in-view";

/** How long something has to be in sight before a yes to it counts: whoever pressed a key before meant something else. */
export const ARM_MS = 500;

/** Whether what `key` names has been in sight for that long, in a window that was in front all the while. */
export function useArmed(key: string, place: RefObject<HTMLElement | null>): boolean {
  const isInView = useInView(place);
  const [armed, setArmed] = useState<string | null>(null);
  useEffect(() => {
    if (!isInView) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const begin = () => {
      clearTimeout(timer);
      setArmed(null);
      if (document.visibilityState === "visible") timer = setTimeout(() => setArmed(key), ARM_MS);
    };
    begin();
    document.addEventListener("visibilitychange", begin);
    // The click that brings a window to the front was aimed at the window.
    window.addEventListener("focus", begin);
    return () => {
      clearTimeout(timer);
      setArmed(null);
      document.removeEventListener("visibilitychange", begin);
      window.removeEventListener("focus", begin);
    };
  }, [key, isInView]);
  return armed === key;
}

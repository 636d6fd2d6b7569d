import { type RefObject, useEffect, useState } from "react";

/** Rows so near to what is seen are drawn already, so that scrolling and arrow keys find them there. */
const MARGIN = "800px 0px";

const observers = new WeakMap<Element, IntersectionObserver>();
const watched = new WeakMap<Element, (isNear: boolean) => void>();

/** Whether an element is in sight of what scrolls, `.mission`, or near to it. `isFirst` says so before anybody looked. */
export function useNear(element: RefObject<HTMLElement | null>, isFirst: boolean): boolean {
  const [isNear, setNear] = useState(isFirst || typeof IntersectionObserver === "undefined");
  useEffect(() => {
    const place = element.current;
    const scroller = place?.closest(".mission");
    if (!place || !scroller || typeof IntersectionObserver === "undefined") return;
    const observer = observers.get(scroller) ?? observe(scroller);
    watched.set(place, setNear);
    observer.observe(place);
    return () => observer.unobserve(place);
  }, [element]);
  return isNear;
}

// One for all of a page: a margin counts only for the element that scrolls.
function observe(scroller: Element): IntersectionObserver {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) watched.get(entry.target)?.(entry.isIntersecting);
    },
    { root: scroller, rootMargin: MARGIN },
  );
  observers.set(scroller, observer);
  return observer;
}

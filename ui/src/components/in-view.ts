import { type RefObject, useEffect, useState } from "react";

/** Whether an element can be seen, so that one of hundreds of rows does nothing while it cannot. */
export function useInView(element: RefObject<HTMLElement | null>): boolean {
  const [isInView, setInView] = useState(typeof IntersectionObserver === "undefined");
  useEffect(() => (element.current ? watch(element.current, setInView) : undefined), [element]);
  return isInView;
}

const watched = new Map<Element, (isInView: boolean) => void>();
// One for all rows: an observer costs more than what it observes.
let observer: IntersectionObserver | null = null;

function watch(element: HTMLElement, onChange: (isInView: boolean) => void): () => void {
  if (typeof IntersectionObserver === "undefined") return () => {};
  observer ??= new IntersectionObserver((entries) => {
    for (const entry of entries) watched.get(entry.target)?.(entry.isIntersecting);
  });
  watched.set(element, onChange);
  observer.observe(element);
  return () => {
    watched.delete(element);
    observer?.unobserve(element);
  };
}

// For tests: says what is in sight, which a page without a layout cannot know.
import { act } from "@testing-library/react";
import { vi } from "vitest";

/** Replaces the observer. What is given to the function it gives is in sight from then on, or no longer; false if nobody asks. */
export function stubSight(): (element: Element | null, isSeen?: boolean) => boolean {
  const observers = new Map<Element, (entries: { target: Element; isIntersecting: boolean }[]) => void>();
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      readonly tell: (entries: { target: Element; isIntersecting: boolean }[]) => void;
      constructor(tell: (entries: { target: Element; isIntersecting: boolean }[]) => void) {
        this.tell = tell;
      }
      observe(element: Element) {
        observers.set(element, this.tell);
      }
      unobserve(element: Element) {
        observers.delete(element);
      }
      disconnect() {}
    },
  );
  return (element, isSeen = true) => {
    const tell = element && observers.get(element);
    if (!tell) return false;
    act(() => tell([{ target: element, isIntersecting: isSeen }]));
    return true;
  };
}

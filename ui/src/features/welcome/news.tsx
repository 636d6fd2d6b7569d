import { type ReactNode, useLayoutEffect, useRef } from "react";

/** What came just now: scrolled into sight each time `about` changes, while the focus stays where it is. */
export function News({ about, children }: { about: unknown; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: something new is what there is to see
  useLayoutEffect(() => place.current?.scrollIntoView?.({ block: "nearest" }), [about]);
  return (
    <div ref={place} className="wel-news">
      {children}
    </div>
  );
}

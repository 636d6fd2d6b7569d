import type { ReactNode } from "react";

/** The shapes that are ours, on the same 24 grid and 2 px stroke as the rest. */
export const ownShapes = {
  // Two offset bars, as in a schedule: now above, meanwhile below.
  mark: (
    <>
      <path className="icon-mark-now" d="M4.5 7.5h9" strokeWidth={5} />
      <path className="icon-mark-mean" d="M12 16.5h7.5" strokeWidth={5} />
    </>
  ),
  run: <path d="M12 3a9 9 0 1 1-9 9" />,
  rest: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M8 12h.01M12 12h.01M16 12h.01" strokeWidth={2.6} />
    </>
  ),
  ask: (
    <>
      <rect className="icon-ask-ground" x="0" y="0" width="24" height="24" rx="6" fill="currentColor" stroke="none" />
      <path className="icon-ask-sign" d="M12 6v6.5" strokeWidth={2.6} />
      <path className="icon-ask-sign" d="M12 17.5h.01" strokeWidth={3.1} />
    </>
  ),
  mean: (
    <>
      <path d="M3 6h9" />
      <path d="M8 16h13" />
      <path d="m17 12 4 4-4 4" />
    </>
  ),
  "came-back": (
    <>
      <path d="M12 18h9" />
      <path d="M16 8H3" />
      <path d="M7 4 3 8l4 4" />
    </>
  ),
  pend: <circle cx="12" cy="12" r="4.5" />,
  knot: <circle cx="12" cy="12" r="4" fill="currentColor" />,
} satisfies Record<string, ReactNode>;

export type OwnIconName = keyof typeof ownShapes;

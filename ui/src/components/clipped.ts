import type { PointerEvent } from "react";

/** For a line that may be cut: its whole text as a tooltip, but only while it is cut. A tooltip that says the same again hides what is below. */
export const clipped = {
  onPointerEnter: ({ currentTarget: line }: PointerEvent<HTMLElement>) => {
    const isCut = line.scrollWidth > line.clientWidth;
    if (isCut) line.title = line.textContent ?? "";
    else line.removeAttribute("title");
  },
};

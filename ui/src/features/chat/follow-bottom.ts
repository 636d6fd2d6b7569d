// The one place that decides when the thread scrolls by itself.

/** How close to the end still counts as being there. Source: the visual direction. */
export const AT_END_PX = 48;

/** Between the edge and what was scrolled to. */
const MARGIN_PX = 16;

/** What leads to the end lies over the lower edge: what was scrolled to stands above it. */
const JUMP_PX = 56;

/** Where somebody reads: at the end, or with a turn this far below the upper edge. */
export type Position = "end" | { turn: number; offset: number };

export interface FollowBottom {
  toEnd(): void;
  toTurn(turn: number): void;
  /** Brings an element of the content, or words in it, into view, and stays there. */
  reveal(part: Pick<Element, "getBoundingClientRect">): void;
  restore(position: Position): void;
  position(): Position;
  dispose(): void;
}

interface Options {
  /** Whether the end is in view, or will be as soon as it is drawn. */
  onAtEnd(atEnd: boolean): void;
  onNearStart(): void;
}

/** Keeps `scroller` at the end of `content` while the reader is there, and what is read in place while not. */
export function followBottom(scroller: HTMLElement, content: HTMLElement, options: Options): FollowBottom {
  let pinned = true;
  let toldAtEnd = true;
  let lastTop = scroller.scrollTop;
  let lastHeight = scroller.scrollHeight;
  let anchor: { element: Element; top: number } | null = null;
  let frame = 0;

  const distance = () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;

  const tellEnd = () => {
    const isAtEnd = pinned || distance() <= AT_END_PX;
    if (isAtEnd === toldAtEnd) return;
    toldAtEnd = isAtEnd;
    options.onAtEnd(isAtEnd);
  };

  const setPinned = (next: boolean) => {
    pinned = next;
    tellEnd();
  };

  const toEnd = () => {
    setPinned(true);
    scroller.scrollTop = scroller.scrollHeight;
    lastTop = scroller.scrollTop;
  };

  // What stands at the upper edge; if something above it grows, it is put back where it was.
  const takeAnchor = () => {
    anchor = null;
    if (pinned) return;
    const edge = scroller.getBoundingClientRect();
    const element = blockAt(content, edge.top);
    if (element) anchor = { element, top: element.getBoundingClientRect().top - edge.top };
  };

  const keepPlace = () => {
    if (pinned) {
      scroller.scrollTop = scroller.scrollHeight;
    } else if (anchor?.element.isConnected) {
      const moved = anchor.element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - anchor.top;
      if (Math.abs(moved) >= 1) scroller.scrollTop += moved;
    }
    lastTop = scroller.scrollTop;
    lastHeight = scroller.scrollHeight;
    tellEnd();
  };

  const onScroll = () => {
    const top = scroller.scrollTop;
    const left = distance();
    // Shrinking content moves the position too; only a move of unchanged content is somebody's wish.
    const isMoved = scroller.scrollHeight === lastHeight;
    lastHeight = scroller.scrollHeight;
    if (top > lastTop && left <= AT_END_PX) setPinned(true);
    if (top < lastTop && left > AT_END_PX && isMoved) setPinned(false);
    lastTop = top;
    tellEnd();
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      takeAnchor();
      if (scroller.scrollTop < scroller.clientHeight / 2) options.onNearStart();
    });
  };

  // One step up is a decision to stay, also within the last pixels.
  const unpin = () => {
    if (scroller.scrollHeight <= scroller.clientHeight) return;
    setPinned(false);
    takeAnchor();
  };
  const onWheel = (event: WheelEvent) => {
    if (event.deltaY < 0) unpin();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "PageUp" || event.key === "Home" || event.key === "ArrowUp") {
      if (!(event.target instanceof HTMLTextAreaElement)) unpin();
    }
    if (event.key === "End" && !(event.target instanceof HTMLTextAreaElement)) toEnd();
  };

  const sizes = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(keepPlace);
  sizes?.observe(content);
  sizes?.observe(scroller);
  scroller.addEventListener("scroll", onScroll, { passive: true });
  scroller.addEventListener("wheel", onWheel, { passive: true });
  scroller.addEventListener("keydown", onKey);

  const place = (turn: number, offset: number): boolean => {
    const element = content.querySelector(`[data-turn="${turn}"]`);
    if (!element) return false;
    const delta = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTop += delta - offset;
    lastTop = scroller.scrollTop;
    setPinned(distance() <= 1);
    takeAnchor();
    return true;
  };

  const reveal = (part: Pick<Element, "getBoundingClientRect">) => {
    const box = part.getBoundingClientRect();
    const view = scroller.getBoundingClientRect();
    const above = box.top - view.top - MARGIN_PX;
    const below = box.bottom - view.bottom + JUMP_PX;
    const left = distance();
    if (above < 0) scroller.scrollTop += above;
    // To the end itself if it is as near: nothing has to lead there, and lie over what is revealed.
    else if (below > 0) scroller.scrollTop += left <= above ? left : Math.min(above, below);
    lastTop = scroller.scrollTop;
    setPinned(false);
    takeAnchor();
  };

  return {
    toEnd,
    toTurn: (turn) => void place(turn, MARGIN_PX),
    reveal,
    restore: (position) => {
      if (position === "end" || !place(position.turn, position.offset)) toEnd();
    },
    position: () => {
      if (pinned) return "end";
      const top = scroller.getBoundingClientRect().top;
      for (const turn of content.querySelectorAll<HTMLElement>("[data-turn]")) {
        const box = turn.getBoundingClientRect();
        if (box.bottom > top) return { turn: Number(turn.dataset.turn), offset: box.top - top };
      }
      return "end";
    },
    dispose: () => {
      cancelAnimationFrame(frame);
      sizes?.disconnect();
      scroller.removeEventListener("scroll", onScroll);
      scroller.removeEventListener("wheel", onWheel);
      scroller.removeEventListener("keydown", onKey);
    },
  };
}

/** The smallest block that reaches below the edge: a paragraph of an answer, or a turn. */
function blockAt(content: HTMLElement, edge: number): Element | null {
  const turn = firstBelow(content.querySelectorAll("[data-turn]"), edge);
  if (!turn) return null;
  return firstBelow(turn.querySelectorAll(".text > *, .prompt"), edge) ?? turn;
}

function firstBelow(elements: ArrayLike<Element>, edge: number): Element | null {
  let low = 0;
  let high = elements.length;
  // Blocks stand in order, so a few looks are enough in a thread of any length.
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = elements[middle];
    if (element && element.getBoundingClientRect().bottom <= edge) low = middle + 1;
    else high = middle;
  }
  return elements[low] ?? null;
}

import type { Page } from "@playwright/test";

/**
 * What cannot be reached or read as the window is now, one line for each: the page scrolls sideways; a control or a text is
 * cut by something that does not scroll; two controls lie on one another.
 */
export async function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) {
      const wide = [...document.querySelectorAll("body *")].filter(
        (at) => at.getBoundingClientRect().right > innerWidth + 1,
      );
      found.push(
        `the page is ${scrollWidth - innerWidth} px too wide, first by ${wide.slice(0, 3).map(nameOf).join(", ")}`,
      );
    }
    const over = document.querySelector("[role=dialog], [role=menu], .popover");
    const top: Element = over ?? document.body;
    const controls = "button, a, input, select, textarea, [role=option], [role=menuitem], [role=separator]";
    for (const element of top.querySelectorAll(controls)) {
      if (!isShown(element)) continue;
      const box = element.getBoundingClientRect();
      const by = cutBy(element, box);
      if (by) found.push(`${nameOf(element)} is cut by ${by}`);
      else if (isCovered(element, box)) found.push(`${nameOf(element)} lies below something else`);
    }
    const texts = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      const parent = text.parentElement;
      if (!parent || !text.textContent?.trim() || !isShown(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const by = cutBy(parent, range.getBoundingClientRect(), true);
      if (by) found.push(`"${text.textContent.trim().slice(0, 40)}" in ${nameOf(parent)} is cut by ${by}`);
    }
    return found;

    function isShown(element: Element): boolean {
      // The beginning of a text that goes on in the background has its button, "Watch", below it. Marks of one moment in the
      // picture of a day lie over each other, and its table has a row for each.
      const isSpoken =
        element.closest(".sr, .skip:not(:focus), [data-radix-focus-guard], [inert], .is-preview, .day-mark") !== null;
      return !isSpoken && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    }

    /** What hides a part of the box, if nothing brings that part into sight. */
    function cutBy(element: Element, box: DOMRect, isText = false): string | null {
      let across = true;
      let down = true;
      for (let at: Element | null = element; at; at = at.parentElement) {
        const style = getComputedStyle(at);
        // A text that ends in dots is told whole by its tooltip and to a screen reader.
        if (style.textOverflow === "ellipsis" && style.overflowX !== "visible") across = false;
        if (style.webkitLineClamp !== "none" && style.webkitLineClamp !== "") down = false;
        if (style.clipPath !== "none") return null;
        if (/auto|scroll/.test(style.overflowX)) across = false;
        if (/auto|scroll/.test(style.overflowY)) down = false;
        if (at === element && !isText) continue;
        const frame = at.getBoundingClientRect();
        // For speech only.
        if (frame.width <= 1) return null;
        const hidesAcross = across && /hidden|clip/.test(style.overflowX);
        const hidesDown = down && /hidden|clip/.test(style.overflowY);
        if (hidesAcross && (box.left < frame.left - 1 || box.right > frame.right + 1)) return nameOf(at);
        if (hidesDown && (box.top < frame.top - 1 || box.bottom > frame.bottom + 1)) return nameOf(at);
        if (style.position === "fixed") break;
      }
      if (across && (box.left < -1 || box.right > innerWidth + 1)) return "the side of the window";
      if (down && (box.top < -1 || box.bottom > innerHeight + 1)) return "the edge of the window";
      return null;
    }

    function isCovered(element: Element, box: DOMRect): boolean {
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      const isInSight = x > 0 && y > 0 && x < innerWidth && y < innerHeight;
      const hit = isInSight ? document.elementFromPoint(x, y)?.closest(controls) : null;
      if (!hit) return false;
      // Below a bar that stays, it scrolls out from under it.
      return !hit.contains(element) && !element.contains(hit) && isBeside(element, hit);
    }

    /** Both move with the same scrolled box, so no scrolling parts them. */
    function isBeside(one: Element, other: Element): boolean {
      return scrolledBy(one) === scrolledBy(other);
    }

    function scrolledBy(element: Element): Element | null {
      for (let at = element.parentElement; at; at = at.parentElement) {
        const { overflowX, overflowY, position } = getComputedStyle(at);
        if (position === "sticky" || /auto|scroll/.test(overflowX + overflowY)) return at;
      }
      return null;
    }

    function nameOf(element: Element): string {
      const words = element.getAttribute("aria-label") ?? (element.matches("button, a") ? element.textContent : "");
      const kind = [element.localName, ...element.classList].join(".");
      return words ? `${kind} "${words.trim().slice(0, 40)}"` : kind;
    }
  });
}

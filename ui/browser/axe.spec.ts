import type { Page } from "@playwright/test";
import { screens } from "./screens";
import { expect, findings, open, paint, test } from "./window";

for (const screen of screens) {
  test(`${screen.name}: axe finds nothing in light and in dark, and nothing is too small to hit`, async ({ page }) => {
    await open(page, screen);
    const light = await findings(page);
    await paint(page, "dark");
    const dark = await findings(page, ["color-contrast"]);
    expect(await smallTargets(page)).toEqual([]);
    expect({ light, dark }).toEqual({ light: [], dark: [] });
  });
}

/** What is smaller than 24 by 24 px; what stands within a text may be, as a footnote does. */
async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls =
      "button, select, summary, [role=option], [role=menuitem], label:has(input), input:not(label input)";
    const shown = [...document.querySelectorAll(controls)].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true }) &&
        // A mark is as long as what it shows; the table of the same day has a row for each.
        !element.closest(".sr, .skip, .footnote-ref, .day-mark, [hidden]"),
    );
    // A part that is drawn over or around it takes the pointer as well.
    const sizesOf = (element: Element) =>
      [undefined, "::before", "::after"].flatMap((part) => {
        const { position, width, height } = getComputedStyle(element, part);
        const { width: own, height: high } = element.getBoundingClientRect();
        if (part === undefined) return [[own, high]];
        return position === "absolute" ? [[Number.parseFloat(width), Number.parseFloat(height)]] : [];
      });
    const isLargeEnough = ([width = 0, height = 0]: number[]) => width >= 24 && height >= 24;
    const small = shown.filter((element) => !sizesOf(element).some(isLargeEnough));
    return small.map((element) => {
      const { width, height } = element.getBoundingClientRect();
      return `${element.outerHTML.slice(0, 120)}: ${Math.round(width)} x ${Math.round(height)}`;
    });
  });
}

import type { Page } from "@playwright/test";
import { screens } from "./screens";
import { expect, open, test } from "./window";

const named = (name: string) => screens.filter((screen) => screen.name === name);

/** What moves for longer than a moment, watched for a second. */
async function moving(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const seen = new Set<string>();
    const end = performance.now() + 1_000;
    while (performance.now() < end) {
      for (const animation of document.getAnimations()) {
        const { duration = 0 } = animation.effect?.getComputedTiming() ?? {};
        const target = animation.effect instanceof KeyframeEffect ? animation.effect.target : null;
        if (typeof duration !== "number" || duration > 1) seen.add(`${target?.className} for ${duration} ms`);
      }
      await new Promise(requestAnimationFrame);
    }
    const smooth = [...document.querySelectorAll("*")].filter((at) => getComputedStyle(at).scrollBehavior === "smooth");
    return [...seen, ...smooth.map((at) => `${at.className} scrolls smoothly`)];
  });
}

for (const screen of [
  ...named("an answer that comes"),
  ...named("an agent that asks to change files"),
  ...named("the palette"),
  ...named("the menu of a chat"),
  ...named("a message at the lower edge"),
  ...named("what was used"),
]) {
  test(`${screen.name}: nothing moves for who asked for less motion`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await open(page, screen);
    expect(await moving(page)).toEqual([]);
  });
}

test("something moves for everybody else", async ({ page }) => {
  for (const screen of named("an answer that comes")) await open(page, screen);
  expect(await moving(page)).not.toEqual([]);
});

for (const screen of [
  ...named("the palette"),
  ...named("the models"),
  ...named("the menu of a chat"),
  ...named("all shortcuts"),
]) {
  test(`${screen.name}: has an edge where the system gives the colours`, async ({ page }) => {
    await page.emulateMedia({ forcedColors: "active" });
    await open(page, screen);
    const edge = await page
      .locator("[role=dialog], [role=menu]")
      .first()
      .evaluate((element) => {
        const { borderStyle, borderWidth, outlineStyle } = getComputedStyle(element);
        return (borderStyle !== "none" && Number.parseFloat(borderWidth) >= 1) || outlineStyle !== "none";
      });
    expect(edge, "without shadows a line says where it ends").toBe(true);
  });
}

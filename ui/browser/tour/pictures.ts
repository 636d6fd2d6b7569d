// Each test is a picture of docs/tour.md, with the rows of the scripted stand-in.

import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { screens } from "../screens";
import { expect, open, settled, type Theme, test } from "../window";

const folder = fileURLToPath(new URL("../../../docs/screenshots", import.meta.url));

/** A working afternoon, so that what is told of a time reads well. */
const NOW = "2026-11-20T15:12:00Z";

interface Picture {
  file: string;
  /** One of the screens that the tests know. */
  of: string;
  theme?: Theme;
  /** What is done there before it is looked at. */
  first?(page: Page): Promise<unknown>;
}

const pictures: Picture[] = [
  { file: "answer", of: "an answer that comes" },
  { file: "offer", of: "the background offered before sending" },
  { file: "mission", of: "mission control" },
  { file: "mission-dark", of: "mission control", theme: "dark" },
  { file: "away", of: "while you were away" },
  { file: "results", of: "results read one by one", theme: "dark", first: toNextResult },
  { file: "approval", of: "an agent that asks to change files" },
  { file: "changes", of: "what an agent changed", theme: "dark" },
  { file: "palette", of: "the palette with something found", theme: "dark" },
  { file: "audit", of: "what you sat through" },
  { file: "usage", of: "what was used", theme: "dark" },
  { file: "first-start", of: "the first start" },
];

for (const { file, of, theme, first } of pictures) {
  test(`${file}: ${of}`, async ({ page }) => {
    const screen = screens.find(({ name }) => name === of);
    if (!screen) throw new Error(`no screen is called ${of}`);
    await page.clock.setFixedTime(NOW);
    await open(page, screen, theme);
    await first?.(page);
    await take(page, file);
  });
}

test.describe("in German", () => {
  test.use({ locale: "de-DE" });
  test("german: mission control", async ({ page }) => {
    await page.clock.setFixedTime(NOW);
    await page.goto("./?demo=mission&still&theme=light");
    await page.locator("#composer").waitFor();
    await page.keyboard.press("Control+Shift+M");
    await expect(page.locator(".mission .task").first()).toBeVisible();
    await take(page, "german");
  });
});

async function toNextResult(page: Page): Promise<void> {
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: /New result 2/ })).toBeVisible();
}

async function take(page: Page, file: string): Promise<void> {
  await settled(page);
  await page.screenshot({ path: `${folder}/${file}.png`, animations: "disabled" });
}

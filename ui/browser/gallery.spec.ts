import type { Page } from "@playwright/test";
import { misfits } from "./fit";
import { expect, findings, mirror, settled, test } from "./window";

test.describe.configure({ timeout: 90_000 });

const parts = ["buttons", "fields", "icons", "notes", "rows", "turns", "approvals", "texts", "nothing"];

async function openGallery(page: Page, query: string): Promise<void> {
  // What is told of a time is the same in every picture.
  await page.clock.setFixedTime("2025-11-20T10:00:00Z");
  await page.goto(`./gallery.html?${query}`);
  await page.evaluate(() => {
    document.documentElement.style.setProperty("--font-ui", '"DejaVu Sans"');
    document.documentElement.style.setProperty("--font-mono", '"DejaVu Sans Mono"');
  });
  await expect(page.locator(".task").first()).toBeVisible();
  await expect(page.locator(".turn").first()).toBeVisible();
  await settled(page);
}

/** All of it in sight at once: a question can be answered half a second after somebody can read it. */
async function showAll(page: Page): Promise<void> {
  await page.setViewportSize({ width: 700, height: await page.evaluate(() => document.body.scrollHeight) });
  const allow = page.locator("#approvals").getByRole("button", { name: "Allow once", disabled: false });
  await expect(allow).toHaveCount(3);
}

for (const theme of ["light", "dark"]) {
  test(`the gallery looks as it did, in ${theme}`, async ({ page }) => {
    await page.setViewportSize({ width: 700, height: 800 });
    await openGallery(page, `theme=${theme}`);
    await showAll(page);
    for (const part of parts) await expect.soft(page.locator(`#${part}`)).toHaveScreenshot(`${part}-${theme}.png`);
  });
}

test("the gallery looks as it did, from right to left and in the colours of the system", async ({ page }) => {
  await page.setViewportSize({ width: 700, height: 800 });
  await openGallery(page, "dir=rtl");
  await showAll(page);
  for (const part of ["rows", "notes"]) await expect.soft(page.locator(`#${part}`)).toHaveScreenshot(`${part}-rtl.png`);
  await page.emulateMedia({ forcedColors: "active" });
  for (const part of ["buttons", "icons"])
    await expect.soft(page.locator(`#${part}`)).toHaveScreenshot(`${part}-forced.png`);
});

test("axe finds nothing in the gallery, in light and in dark", async ({ page }) => {
  await openGallery(page, "theme=light");
  // Here stands side by side what in the window is never there at once.
  const found = (await findings(page)).filter((line) => !line.startsWith("landmark-unique"));
  expect(found).toEqual([]);
  await openGallery(page, "theme=dark");
  expect(await findings(page, ["color-contrast"])).toEqual([]);
});

test("all of the gallery can be reached at 320 px, also from right to left", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await openGallery(page, "theme=light");
  expect(await misfits(page)).toEqual([]);
  await mirror(page);
  expect(await misfits(page)).toEqual([]);
});

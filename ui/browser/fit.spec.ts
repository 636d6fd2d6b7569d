import { misfits } from "./fit";
import { screens } from "./screens";
import { expect, mirror, open, settled, test } from "./window";

const SMALL = { width: 320, height: 640 };
// What a window of the usual size has left at a zoom of 200 %.
const ZOOMED = { width: 640, height: 400 };

for (const screen of screens) {
  test(`${screen.name}: all of it can be reached at 320 px, also from right to left`, async ({ page }) => {
    await page.setViewportSize(SMALL);
    await open(page, screen);
    const usual = await misfits(page);
    await mirror(page);
    expect({ usual, mirrored: await misfits(page) }).toEqual({ usual: [], mirrored: [] });
  });

  test(`${screen.name}: all of it can be reached at 200 %, and from right to left`, async ({ page }) => {
    await open(page, screen);
    await mirror(page);
    const mirrored = await misfits(page);
    await mirror(page, "ltr");
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    await settled(page);
    const text = await misfits(page);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "";
    });
    await page.setViewportSize(ZOOMED);
    await settled(page);
    expect({ mirrored, text, zoomed: await misfits(page) }).toEqual({ mirrored: [], text: [], zoomed: [] });
  });
}

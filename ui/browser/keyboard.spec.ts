import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./window";

const composer = (page: Page) => page.getByRole("textbox", { name: "Message" });

/** The window of the demo, ready to be typed in. */
async function start(page: Page, demo: string): Promise<void> {
  await page.goto(`./?demo=${demo}&theme=light`);
  await expect(composer(page)).toBeFocused();
}

/** Presses Tab until this has the focus; says what had it instead. */
async function tabTo(page: Page, wanted: Locator, keys = "Tab", most = 80): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press(keys);
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    passed.push(await page.evaluate(() => document.activeElement?.textContent?.slice(0, 20) ?? ""));
  }
  throw new Error(`no ${keys} led there, but to: ${passed.join(" | ")}`);
}

/** Somebody who sees finds the focus: it is on something, in sight, marked, and nothing lies over it. */
async function expectFocusInSight(page: Page): Promise<void> {
  const focus = await page.evaluate(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return "nowhere";
    const box = at.getBoundingClientRect();
    const [x, y] = [box.left + Math.min(box.width / 2, 200), box.top + Math.min(box.height / 2, 20)];
    const hit = document.elementFromPoint(x, y);
    if (!hit || !(at.contains(hit) || hit.contains(at) || at.closest("label, .segment")?.contains(hit)))
      return `${at.outerHTML.slice(0, 120)} lies below ${hit?.outerHTML.slice(0, 120) ?? "the edge of the window"}`;
    return isMarked(at) ? "in sight" : `${at.outerHTML.slice(0, 160)} is not marked`;

    /** By a ring, drawn by itself or around it; by the caret of a field; by the ground of the chosen item of a menu. */
    function isMarked(element: Element): boolean {
      if (element.matches("textarea, input:not([type=radio], [type=checkbox]), [data-highlighted]")) return true;
      // A heading that is jumped to is no control.
      if (element instanceof HTMLElement && element.tabIndex < 0 && element.matches("h1, h2, h3")) return true;
      const places = [element, element.closest("label"), element.querySelector(".knot")];
      const styles = places.flatMap((place) =>
        place ? [undefined, "::before", "::after"].map((part) => getComputedStyle(place, part)) : [],
      );
      const isRinged = styles.some(
        (style) => style.outlineStyle === "solid" && Number.parseFloat(style.outlineWidth) >= 2,
      );
      return isRinged || element.matches("[role=separator]");
    }
  });
  expect(focus).toBe("in sight");
}

test("a prompt is asked and its answer stopped", async ({ page }) => {
  await start(page, "empty");
  await page.keyboard.type("How long do I boil an egg?");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^Answering/)).toBeVisible();
  await expect(composer(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByText(/Stopped by you/)).toBeVisible();
  await expectFocusInSight(page);
});

test("a prompt is sent to the background, and its task is opened", async ({ page }) => {
  await start(page, "empty");
  await page.keyboard.type("Turn my notes into a packing list");
  await page.keyboard.press("Control+Shift+Enter");
  const tasks = page.getByRole("complementary", { name: "Tasks" });
  const row = tasks.getByRole("button", { name: "Turn my notes into a packing list" });
  await expect(row).toBeVisible();
  await expect(composer(page)).toBeFocused();
  await page.keyboard.press("Control+n");
  await expect(page.getByRole("heading", { name: "New chat" })).toBeVisible();
  await tabTo(page, row);
  await expectFocusInSight(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Turn my notes into a packing list" })).toBeVisible();
  await expectFocusInSight(page);
});

test("what an agent asks is found, read and allowed", async ({ page }) => {
  await start(page, "agents&chat=cnv_deploy");
  await page.keyboard.press("Control+Shift+J");
  const card = page.getByRole("group", { name: /Run `npm run build`/ }).or(page.locator(".approval"));
  await expect(card.first()).toBeFocused();
  await expectFocusInSight(page);
  const allow = card.first().getByRole("button", { name: "Allow once" });
  // Out of reach for the first half second.
  await expect(allow).toBeEnabled();
  await tabTo(page, allow, "Tab", 12);
  await expectFocusInSight(page);
  await page.keyboard.press("Enter");
  await expect(page.locator(".approval").getByText("npm run build", { exact: true })).toHaveCount(0);
  await expectFocusInSight(page);
});

test("a setting is changed, and the way back leads to the text field", async ({ page }) => {
  await start(page, "main&still");
  await page.keyboard.press("Control+,");
  await expect(page.getByRole("heading", { name: "Settings", exact: true })).toBeFocused();
  const light = page.getByRole("radio", { name: "Light" });
  await tabTo(page, light, "Tab", 140);
  await page.keyboard.press("ArrowRight");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expectFocusInSight(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(composer(page)).toBeFocused();
});

test("each place of the window can be reached by Tab, in sight and marked", async ({ page }) => {
  await start(page, "main&still");
  const first = await page.evaluateHandle(() => document.activeElement);
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press("Tab");
    // Between the last place and the first, the browser itself has it.
    if (await page.evaluate(() => document.activeElement === document.body)) continue;
    await expectFocusInSight(page);
    if (await page.evaluate((first) => document.activeElement === first, first)) return;
  }
  throw new Error("Tab never came back to the text field");
});

const overlays = [
  { name: "the palette", keys: "Control+k" },
  { name: "the shortcuts", keys: "Control+/" },
  { name: "the models", keys: "Control+Alt+m" },
  { name: "the agents", keys: "Control+Alt+a" },
];
for (const { name, keys } of overlays) {
  test(`${name}: Esc closes them and the focus is where it was`, async ({ page }) => {
    await start(page, "main&still");
    await page.keyboard.press(keys);
    const over = page.getByRole("dialog");
    await expect(over).toBeVisible();
    await expectFocusInSight(page);
    await page.keyboard.press("Escape");
    await expect(over).toHaveCount(0);
    // It comes back a moment after what lay over it is gone.
    await expect(page.locator(":focus")).toBeInViewport();
    await expectFocusInSight(page);
  });
}

for (const { name, press, width, keys, over: pane } of [
  { name: "the menu of a chat", press: "More", width: 1280, keys: "Enter", over: "[role=menu]" },
  {
    name: "the instructions of a chat",
    press: "Instructions for this chat",
    width: 1280,
    keys: "Enter",
    over: "[role=dialog]",
  },
  { name: "the list of chats over the thread", press: null, width: 900, keys: "Control+b", over: ".conv-overlay" },
  { name: "the tasks over the thread", press: null, width: 600, keys: "Control+j", over: ".tasks" },
]) {
  test(`${name}: Esc closes it, nothing behind it has the focus meanwhile, and it is back then`, async ({ page }) => {
    await page.setViewportSize({ width, height: 700 });
    await start(page, "main&still");
    const button = page.getByRole("main").getByRole("button", { name: press ?? "", exact: true });
    if (press) await tabTo(page, button, "Shift+Tab");
    await page.keyboard.press(keys);
    const over = page.locator(pane);
    await expect(over).toBeVisible();
    for (let presses = 0; presses < 12; presses += 1) {
      await expectFocusInSight(page);
      await page.keyboard.press(press === "More" ? "ArrowDown" : "Tab");
      const isBody = await page.evaluate(() => document.activeElement === document.body);
      if (isBody) await page.keyboard.press("Tab");
    }
    // What a button is called goes first, when it is in sight.
    if ((await page.locator(".tip").count()) > 0) await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await expect(over).toHaveCount(0);
    if (press) await expect(button).toBeFocused();
    else await expect(composer(page)).toBeFocused();
  });
}

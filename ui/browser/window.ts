import { createRequire } from "node:module";
import { test as base, expect, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import type { Screen } from "./screens";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export type Theme = "light" | "dark";

/** A page that may log no error: what goes wrong unseen is a failure as well. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page }, use) => {
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("console", (message) => {
      // A browser asks every server for this; the window does not.
      const isIcon = message.location().url.endsWith("/favicon.ico");
      if (message.type() === "error" && !isIcon) wrong.push(message.text());
    });
    await page.addInitScript({ path: axe });
    await use(page);
    expect(wrong, "the page logged errors").toEqual([]);
  },
});

export { expect };

/** Opens a screen and waits until it is there. */
export async function open(page: Page, screen: Screen, theme: Theme = "light"): Promise<void> {
  const [query = "", hash] = screen.at.split("#");
  await page.goto(`./${query}&theme=${theme}${hash ? `#${hash}` : ""}`);
  await expect(await screen.reach(page)).toBeVisible();
  await settled(page);
}

/** Waits until what listens to the window has drawn, and ends what still moves. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    }
  });
}

export async function paint(page: Page, theme: Theme): Promise<void> {
  await page.evaluate((theme) => {
    document.documentElement.dataset.theme = theme;
  }, theme);
  await settled(page);
}

/** Has the page run from right to left, its texts with it: a language that nobody speaks and everybody can read. */
export async function mirror(page: Page, dir: "rtl" | "ltr" = "rtl"): Promise<void> {
  await page.evaluate((dir) => {
    document.documentElement.dir = dir;
    // U+202E turns what follows round, letter by letter.
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      const bare = (text.nodeValue ?? "").replaceAll("\u202e", "");
      text.nodeValue = dir === "rtl" && bare.trim() ? `\u202e${bare}` : bare;
    }
  }, dir);
  await settled(page);
}

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds, one line for each place: by all rules, or by those named. */
export async function findings(page: Page, rules?: string[]): Promise<string[]> {
  const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: TAGS };
  const { violations } = await page.evaluate(
    (options) => (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run(options),
    { runOnly, resultTypes: ["violations"] },
  );
  return violations.flatMap(({ id, help, nodes }) =>
    // A menu stands beside its page and not in a landmark; it has the focus while it is there.
    nodes
      .filter(({ target }) => id !== "region" || !target.join().includes("menu"))
      .map(({ target, any }) => `${id}: ${help}, at ${target.join(" ")}. ${any[0]?.message ?? ""}`),
  );
}

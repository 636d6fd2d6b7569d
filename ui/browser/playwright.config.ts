import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import { otherHand } from "./drawn-by";

/** The browser of the system: none is downloaded. */
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** Another browser or other fonts draw other letters, which says nothing of the page. */
const elsewhere = executablePath ? otherHand(executablePath) : "there is no browser";
if (elsewhere !== null && process.env.TEST_WORKER_INDEX === undefined)
  console.warn(`No picture is compared: ${elsewhere}.`);

export default defineConfig({
  testDir: ".",
  globalSetup: "./serve.ts",
  outputDir: `${process.env.MEANWHILE_BROWSER_DIR ?? "../../target/browser"}/failures`,
  snapshotPathTemplate: "{testDir}/pictures/{arg}{ext}",
  ignoreSnapshots: elsewhere !== null,
  updateSnapshots: process.env.MEANWHILE_WRITE ? "all" : "none",
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  timeout: 30_000,
  // A picture may differ by a corner that is rounded in another way, and not by a word.
  expect: { timeout: 10_000, toHaveScreenshot: { maxDiffPixelRatio: 0.002, animations: "disabled" } },
  reporter: [["line"]],
  use: {
    baseURL: process.env.MEANWHILE_PAGE,
    viewport: { width: 1280, height: 800 },
    // The language of the app, and one zone for everybody.
    locale: "en-GB",
    timezoneId: "UTC",
    launchOptions: {
      executablePath,
      chromiumSandbox: false,
      // Letters are drawn the same way on every machine.
      args: ["--disable-gpu", "--disable-lcd-text", "--font-render-hinting=none", "--force-color-profile=srgb"],
    },
  },
});

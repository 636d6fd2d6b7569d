import { defineConfig } from "@playwright/test";
import tests from "../playwright.config.ts";

/** The pictures of docs/tour.md: taken as the tests see the page, at twice the points, so that letters stay sharp. */
export default defineConfig(tests, {
  testDir: ".",
  testMatch: "pictures.ts",
  globalSetup: "../serve.ts",
  reporter: [["list"]],
  use: { deviceScaleFactor: 1.5 },
});

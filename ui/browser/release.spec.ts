import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";

const dist = new URL("../dist/", import.meta.url);

test("what is shipped holds neither the stand-in for the process nor the gallery", () => {
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => file.endsWith(".html"))).toEqual(["index.html"]);
  const code = files.filter((file) => file.endsWith(".js")).map((file) => readFileSync(new URL(file, dist), "utf8"));
  // The first is said by the demo, the second by the gallery, the third by the page itself.
  const said = ["Heat pump tenders", "Every component in every state", "What should be done?"];
  expect(said.filter((words) => code.some((text) => text.includes(words)))).toEqual(["What should be done?"]);
});

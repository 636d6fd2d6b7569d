import { expect, test } from "vitest";
import { grouped } from "./counted";

test("thousands stand apart", () => {
  expect([999, 1_204, 1_000_000].map(grouped)).toEqual(["999", "1 204", "1 000 000"]);
});

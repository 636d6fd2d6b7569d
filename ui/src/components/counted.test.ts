import { expect, test } from "vitest";
import { counted, grouped } from "./counted";

test("one of something is singular, and everything else is not", () => {
  expect([0, 1, 2].map((n) => counted(n, "word"))).toEqual(["0 words", "1 word", "2 words"]);
  expect([1, 3].map((n) => counted(n, "reply", "replies"))).toEqual(["1 reply", "3 replies"]);
});

test("thousands stand apart", () => {
  expect([999, 1_204, 1_000_000].map(grouped)).toEqual(["999", "1 204", "1 000 000"]);
});

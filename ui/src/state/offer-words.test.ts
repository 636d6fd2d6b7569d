import { expect, test } from "vitest";
import { makeTask } from "../ipc/fake-rows";
import { goneWords, leftWords, offerWords, rangeWords, scoreWords } from "./offer-words";

const forecast = { low_ms: 185_000, high_ms: 290_000, usual_ms: 200_000, from: 7 };

test("a range is said in whole steps that hold it", () => {
  const said = [
    [0, 900],
    [41_000, 71_000],
    [30_000, 130_000],
    [185_000, 290_000],
    [3_700_000, 9_000_000],
  ] as const;
  const words = said.map(([low_ms, high_ms]) => rangeWords({ low_ms, high_ms }));
  expect(words).toEqual(["up to 5 s", "40–75 s", "up to 3 min", "3–5 min", "1–3 h"]);
});

test("what is left of a task is never less than nothing", () => {
  const left = (ms: number) => leftWords({ forecast }, ms);
  expect(left(0)).toBe("about 3–5 min left");
  expect(left(60_000)).toBe("about 2–4 min left");
  expect(left(200_000)).toBe("up to 90 s left");
  expect(left(289_999)).toBe("up to 5 s left");
  expect(left(290_001)).toBe("longer than usual");
  expect(leftWords({ forecast: null }, 1)).toBeNull();
});

test("each sign is a reason, and what is not known is said", () => {
  const signs = [
    { shape: "sources", count: 12 },
    { shape: "research", count: null },
  ] as const;
  expect(offerWords({ tier: "upfront", signs: [...signs], forecast: null }, "with General")).toBe(
    "This reads 12 files. This is research. No history yet of how long that takes with General.",
  );
});

test("what goes on without its user says how long it usually takes, or that nobody knows", () => {
  expect(goneWords(makeTask({ forecast }), false)).toBe("Usually 3–5 min.");
  expect(goneWords(makeTask(), true)).toBe("No forecast yet: it is among the first of its kind.");
  expect(goneWords(makeTask(), false)).toBeNull();
  expect(goneWords(makeTask({ in_batch: true }), true)).toBeNull();
});

test("forecasts are scored in words", () => {
  expect(scoreWords({ right: 8, of: 10 })).toBe("8 of 10 forecasts were right");
  expect(scoreWords({ right: 0, of: 1 })).toBe("The one forecast was wrong");
  expect(scoreWords({ right: 0, of: 0 })).toBeNull();
});

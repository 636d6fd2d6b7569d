import { expect, test } from "vitest";
import { atRest, dayStart, isAtRest, queryOf } from "./filters";

const noon = new Date(2026, 2, 18, 12, 30).getTime();

test("at rest the history is the background work that ended", () => {
  expect(queryOf(atRest, noon)).toEqual({
    words: null,
    states: ["completed", "failed", "cancelled"],
    model: null,
    lane: "background",
    unread: false,
    pinned: false,
    since: null,
    until: null,
    limit: 50,
    cursor: null,
  });
});

test("each filter asks for less, and a page goes on where the one before ended", () => {
  const filters = { ...atRest, words: "  tenders ", state: "failed", model: "ollama/qwen3", unread: true } as const;
  expect(queryOf({ ...filters, watched: true }, noon, "tsk_9")).toMatchObject({
    words: "tenders",
    states: ["failed"],
    model: "ollama/qwen3",
    lane: null,
    unread: true,
    cursor: "tsk_9",
  });
  expect(queryOf({ ...atRest, state: "any" }, noon).states).toEqual([]);
});

test("a day is that of the calendar here", () => {
  const at = (day: number) => new Date(2026, 2, day).toISOString();
  expect(queryOf({ ...atRest, time: "today" }, noon)).toMatchObject({ since: at(18), until: null });
  expect(queryOf({ ...atRest, time: "yesterday" }, noon)).toMatchObject({ since: at(17), until: at(18) });
  expect(queryOf({ ...atRest, time: "week" }, noon)).toMatchObject({ since: at(12), until: null });
  expect(dayStart(noon, 1)).toEqual(new Date(2026, 2, 19));
});

test("blanks are no words", () => {
  expect(isAtRest({ ...atRest, words: "  " })).toBe(true);
  expect(isAtRest({ ...atRest, pinned: true })).toBe(false);
});

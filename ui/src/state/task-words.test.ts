import { expect, test } from "vitest";
import { makeTask } from "../ipc/fake-rows";
import { isActive, isFinal, money, queuedWords, silentWords, stateWord, tokens, tookMs, workedMs } from "./task-words";

const states = ["queued", "running", "waiting", "paused", "completed", "failed", "cancelled"] as const;

test("every state has its own word, and is at work, over, or up to the user", () => {
  expect(new Set(states.map((state) => stateWord(makeTask({ state })))).size).toBe(states.length);
  expect(states.filter((state) => isActive({ state }))).toEqual(["queued", "running"]);
  expect(states.filter((state) => isFinal({ state }))).toEqual(["completed", "failed", "cancelled"]);
});

test("a queued task says what it waits for", () => {
  const waits = (lane: "background" | "interactive", places: number) =>
    queuedWords(makeTask({ state: "queued", reason: "slot", lane }), 0, places);
  expect(waits("background", 4)).toBe("Starts when one of 4 places is free");
  expect(waits("background", 1)).toBe("Starts when the one place is free");
  expect(waits("interactive", 4)).toBe("Starts when a place is free");
  expect(queuedWords(makeTask({ state: "queued", reason: null }), 0, 4)).toBeNull();
});

test("silence is said after 15 seconds, with its length", () => {
  expect(silentWords(14_000, 0)).toBeNull();
  expect(silentWords(48_000, 0)).toBe("Silent for 48 s, still connected");
  expect(silentWords(48_000, undefined)).toBeNull();
});

test("numbers of tokens are grouped, and said to be about that if they were counted here", () => {
  expect([tokens(412, false), tokens(1_234, true)]).toEqual(["412 tokens", "about 1 234 tokens"]);
  expect(tokens(1, true)).toBe("about 1 token");
});

test("small sums keep the digits that say something", () => {
  expect([money(0), money(0.0004), money(0.004), money(0.06), money(1.2)]).toEqual([
    "$0",
    "under $0.001",
    "$0.004",
    "$0.06",
    "$1.20",
  ]);
});

test("a task was worked on during its attempts, and not while it was set aside between them", () => {
  const at = (second: number) => new Date(second * 1_000).toISOString();
  const step = { label: "Ask qwen3", fact: null };
  const steps = [
    { ...step, state: "failed" as const, started_at: at(10), ended_at: at(14) },
    { ...step, state: "current" as const, started_at: at(100), ended_at: null },
  ];
  expect(workedMs(makeTask({ state: "running", started_at: at(10), steps }), 103_000)).toBe(7_000);
  const over = makeTask({ state: "cancelled", started_at: at(10), ended_at: at(90), steps: steps.slice(0, 1) });
  expect(tookMs(over)).toBe(4_000);
  expect(workedMs(makeTask({ state: "queued", started_at: null }), 103_000)).toBeNull();
});

import { expect, test } from "vitest";
import { attemptOf, makeTask } from "../ipc/fake-rows";
import type { Event, Reason } from "../ipc/types";
import { replaced, wordsIn } from "./earlier";

const at = { task_id: "tsk_1", conversation_id: "cnv_1", at: "2026-01-01T00:00:00.000Z" };
const started = (attempt: number): Event => ({ ...at, seq: attempt, kind: "started", attempt, model: "ollama/qwen3" });
const waiting = (reason: Reason): Event => {
  const error = { code: "x", message: "x", hint: "", retryable: true };
  return { ...at, seq: 9, kind: "waiting", reason, error };
};
const resumed: Event = { ...at, seq: 9, kind: "resumed" };
const paused: Event = { ...at, seq: 9, kind: "paused" };
const attempts = (...texts: string[]) => {
  const task = makeTask({ id: "tsk_1", attempt: texts.length });
  return texts.map((kept_text, index) => attemptOf(task, { number: index + 1, kept_text }));
};
const numberOf = (events: Event[], ...texts: string[]) =>
  replaced({ events, attempts: attempts(...texts) })?.number ?? null;

test("a text that a later attempt began without was replaced; the newest such counts", () => {
  expect(numberOf([started(1), started(2)], "Half an", "")).toBe(1);
  expect(numberOf([started(1), started(2), started(3)], "Half an", "Half an answer", "")).toBe(2);
  expect(numberOf([started(1), waiting("key"), resumed, started(2)], "Half an", "")).toBe(1);
});

test("a text that is still shown, or that went on, was not", () => {
  expect(numberOf([started(1)], "Half an")).toBeNull();
  expect(numberOf([started(1), started(2)], "", "Half an")).toBeNull();
  expect(numberOf([started(1), waiting("interrupted"), resumed, started(2)], "Half an", "")).toBeNull();
  expect(numberOf([started(1), paused, resumed, started(2), started(3)], "Half", "Half an", "")).toBeNull();
});

test("words are what stands between spaces", () => {
  expect(["", " \n", "one", "two  \n words "].map(wordsIn)).toEqual([0, 0, 1, 2]);
});

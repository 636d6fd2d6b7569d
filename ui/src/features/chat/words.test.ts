import { expect, test } from "vitest";
import { makeTask } from "../../ipc/fake-rows";
import type { Task } from "../../ipc/types";
import { outcomeOf } from "./next-step";
import { asked, begun, commandHint } from "./slash";
import { metaLine, wasSentAway } from "./words";

const error = (code: string, retryable = false) => ({
  code,
  message: "the provider refused the key",
  hint: "Your prompt is kept.",
  retryable,
});
const labels = (change: Partial<Task>) => outcomeOf(makeTask(change))?.steps.map((step) => step.label);

test("a prompt with /background before it goes away, without the command", () => {
  expect(asked("/background count the files")).toEqual({ kind: "background", text: "count the files" });
  expect(asked(" /bg\ncount")).toEqual({ kind: "background", text: "count" });
});

test("/background alone is about the answer that streams", () => {
  expect(asked("/background ")).toEqual({ kind: "detach" });
  expect(asked("/bg")).toEqual({ kind: "detach" });
});

test("a path or a longer word is a prompt like any other", () => {
  expect(asked("/backgrounds are nice").kind).toBe("prompt");
  expect(asked("/usr/bin is where?").kind).toBe("prompt");
  expect(asked("  \n ").kind).toBe("nothing");
});

test("a hint stands under the field only while a command is typed", () => {
  expect(commandHint("/background x", false)).toContain("to the background");
  expect(commandHint("/bg", true)).toContain("go on in the background");
  expect(commandHint("hello", true)).toBeNull();
  expect(commandHint("/usr", true)).toBeNull();
});

test("a text begins the commands that it is the beginning of, and a path begins none", () => {
  const names = (text: string) => begun(text).map(({ name }) => name);
  expect(names("/")).toEqual(["/background", "/compare", "/agent"]);
  expect(names("/B")).toEqual(["/background"]);
  for (const text of ["", "a", " /", "/ ", "/bin", "/background", "/background ", "/etc/hosts", "/x"]) {
    expect(names(text)).toEqual([]);
  }
});

test("a refused key leads to the settings first", () => {
  expect(labels({ state: "failed", error: error("unauthorized") })).toEqual(["Open settings", "Retry"]);
});

test("what may work the next time offers to retry first", () => {
  expect(labels({ state: "failed", error: error("unreachable", true) })).toEqual(["Retry", "Open settings"]);
  expect(labels({ state: "failed", error: error("overloaded", true) })).toEqual(["Retry"]);
  expect(labels({ state: "failed", error: error("truncated", true) })).toEqual(["Start again"]);
});

test("what can never work as it is offers to edit first", () => {
  expect(labels({ state: "failed", error: error("context_too_long") })).toEqual(["Edit the prompt", "Retry"]);
  expect(labels({ state: "failed", error: error("something_new") })).toEqual(["Edit the prompt", "Retry"]);
});

test("a cut answer asks whether to continue or start again", () => {
  const outcome = outcomeOf(makeTask({ state: "waiting", reason: "interrupted", error: error("truncated", true) }));
  expect(outcome?.title).toBe("The answer broke off.");
  expect(outcome?.steps.map((step) => step.step)).toEqual(["resume", "retry"]);
});

test("what was stopped can be continued if it has text, and else only asked again", () => {
  const written = { input_tokens: 9, output_tokens: 4, cost_usd: null, estimated: true };
  expect(labels({ state: "cancelled", usage: written })).toEqual(["Continue from here", "Answer again"]);
  expect(labels({ state: "cancelled" })).toEqual(["Answer again"]);
  expect(labels({ state: "failed", usage: written, error: error("truncated", true) })?.[0]).toBe("Continue from here");
});

test("a missing key names its provider", () => {
  const task = makeTask({ state: "waiting", reason: "key", model: "anthropic/claude", error: error("key_missing") });
  expect(outcomeOf(task)?.title).toBe("No key for anthropic yet.");
  expect(outcomeOf(task)?.steps[0]).toEqual({ label: "Enter a key for anthropic", step: "key" });
});

test("every state that is not a plain answer says something with a button, and plain ones say nothing", () => {
  for (const state of ["waiting", "paused", "failed", "cancelled"] as const) {
    expect(labels({ state, error: error("x", true) })?.length).toBeGreaterThan(0);
  }
  for (const state of ["queued", "running", "completed"] as const) expect(outcomeOf(makeTask({ state }))).toBeNull();
});

test("messages stand as sentences", () => {
  expect(outcomeOf(makeTask({ state: "failed", error: error("x") }))?.title).toBe("The provider refused the key.");
});

test("the line under an answer holds what is known and nothing else", () => {
  const times = { started_at: "2026-01-01T00:00:00.000Z", ended_at: "2026-01-01T00:00:08.000Z" };
  expect(metaLine(makeTask(times))).toBe("qwen3, 8 s");
  const usage = { input_tokens: 9, output_tokens: 41, cost_usd: 0.004, estimated: true };
  expect(metaLine(makeTask({ ...times, usage }))).toBe("qwen3, 8 s, about 41 tokens, $0.004");
});

test("a task sent away from the start is told from one that was detached later", () => {
  const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1_000).toISOString();
  expect(wasSentAway(makeTask({ detached_at: at(0), started_at: at(1) }))).toBe(true);
  expect(wasSentAway(makeTask({ detached_at: at(9), started_at: at(1) }))).toBe(false);
});

test("/compare has its prompt after it, which may still be empty", () => {
  expect(asked("/compare  Which one?")).toEqual({ kind: "compare", text: "Which one?" });
  expect(asked("/compare")).toEqual({ kind: "compare", text: "" });
  expect(asked("/comparer")).toEqual({ kind: "prompt", text: "/comparer" });
});

test("an agent that asks for the same again and again can go on, and no cap is in the way", () => {
  const change = { state: "waiting", reason: "budget", agent: "General", error: error("going_round", true) } as const;
  expect(labels(change)).toEqual(["Go on", "Stop"]);
});

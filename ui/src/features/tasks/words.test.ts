import { describe, expect, test } from "vitest";
import { makeTask } from "../../ipc/fake-rows";
import type { Task, TaskDelivery } from "../../ipc/types";
import { stateLine, timeWord, toldWords, undelivered, usedWords } from "./words";

const now = new Date(2025, 10, 21, 14, 0, 0).getTime();
const at = (seconds: number) => new Date(now + seconds * 1_000).toISOString();
const line = (change: Partial<Task>, since?: number, bytes?: number) =>
  stateLine(makeTask({ lane: "background", ...change }), { now, places: 4, since, bytes });
const error = (message: string) => ({ code: "x", message, hint: "", retryable: false });

describe("every state says in words how it stands", () => {
  const cases: [string, Partial<Task>, string][] = [
    ["queued for a place", { state: "queued", reason: "slot" }, "Starts when one of 4 places is free"],
    [
      "asked to wait",
      { state: "queued", reason: "rate_limit", due_at: at(300) },
      "The provider asks to wait until 14:05. Nothing is lost.",
    ],
    [
      "asked to wait, but not for long",
      { state: "queued", reason: "rate_limit", due_at: at(24) },
      "The provider asks to wait. Tries again in 24 s. Nothing is lost.",
    ],
    [
      "without network, soon",
      { state: "queued", reason: "network", due_at: at(8) },
      "The provider cannot be reached. Tries again in 8 s.",
    ],
    [
      "overloaded, later",
      { state: "queued", reason: "overloaded", due_at: at(600) },
      "The provider is overloaded. Tries again at 14:10.",
    ],
    [
      "silent for too long",
      { state: "queued", reason: "broke_off", due_at: at(8), error: error("The provider was silent for 60 s.") },
      "The provider was silent for 60 s. Tries again in 8 s.",
    ],
    [
      "without its key, for now",
      { state: "queued", reason: "key", due_at: at(90) },
      "The key cannot be read. Unlock the keychain. Tries again at 14:01.",
    ],
    ["after a restart", { state: "queued", reason: "restarted" }, "Goes on after a restart"],
    ["queued without a reason", { state: "queued" }, "Queued, starts in a moment"],
    [
      "running with a count",
      { state: "running", progress: { done: 45, total: 100, unit: "files", label: "" } },
      "45 of 100 files",
    ],
    [
      "running with a count of one, which says nothing",
      { state: "running", progress: { done: 0, total: 1, unit: "files", label: "" } },
      "Running",
    ],
    ["running again", { state: "running", attempt: 2 }, "Running"],
    [
      "waiting in a batch",
      { state: "running", in_batch: true, is_remote: true, model: "claude/opus" },
      "Waits at claude; goes on while this computer sleeps; comes within a day, mostly within an hour",
    ],
    [
      "waiting, with its cause",
      { state: "waiting", reason: "key", error: error("no key for openai yet") },
      "No key for openai yet.",
    ],
    [
      "waiting without a cause",
      { state: "waiting", reason: "interrupted" },
      "The answer broke off. What is there is kept.",
    ],
    ["paused", { state: "paused" }, "Paused by you"],
    [
      "failed",
      { state: "failed", error: error("the provider refused the key") },
      "Failed. The provider refused the key.",
    ],
    [
      "done",
      {
        state: "completed",
        started_at: at(-192),
        ended_at: at(0),
        usage: { input_tokens: 10, output_tokens: 20, cost_usd: 0.06, estimated: false },
      },
      "Done, took 3 m 12 s, $0.06",
    ],
    [
      "done, price unknown",
      {
        state: "completed",
        usage: { input_tokens: 1_000, output_tokens: 234, cost_usd: null, estimated: true },
      },
      "Done, about 234 tokens",
    ],
    [
      "done, in a single token",
      { state: "completed", usage: { input_tokens: null, output_tokens: 1, cost_usd: null, estimated: false } },
      "Done, 1 token",
    ],
    ["cut", { state: "completed", finish_reason: "length" }, "Done, cut at the model's own limit"],
    ["cancelled", { state: "cancelled", started_at: at(-40), ended_at: at(0) }, "Stopped by you after 40 s"],
  ];
  test.each(cases)("%s", (_name, change, words) => {
    expect(line(change)).toBe(words);
  });
});

test("a running task that was not heard of for 15 seconds says for how long, and that it is connected", () => {
  expect(line({ state: "running" }, now - 14_000)).toBe("Running");
  expect(line({ state: "running" }, now - 48_000)).toBe("Silent for 48 s, still connected");
});

test("a running task says how much it has written, as far as that is known", () => {
  expect(line({ state: "running" }, now, 12)).toBe("Writing the first words");
  expect(line({ state: "running" }, now, 4_844)).toBe("Writing, about 1 210 tokens so far");
  expect(line({ state: "running" }, now - 48_000, 7_244)).toBe("Silent for 48 s, still connected");
});

test("a task whose last sign is not known is not called silent", () => {
  expect(line({ state: "running" }, undefined)).toBe("Running");
});

test("an outcome that did not reach the desktop says so, with the cause", () => {
  const failed: TaskDelivery = { state: "failed", channels: ["inbox"], error: "no notice service", receipts: [] };
  expect(undelivered(makeTask({ delivery: failed }))).toBe("Not delivered to the desktop. No notice service.");
  expect(undelivered(makeTask({ delivery: { ...failed, state: "delivered" } }))).toBeNull();
});

test("how the user was told can be read after they looked", () => {
  const told = (delivery: TaskDelivery | null, state: Task["state"] = "completed") =>
    toldWords(makeTask({ state, delivery }));
  const failed: TaskDelivery = { state: "failed", channels: ["inbox"], error: "no notice service", receipts: [] };
  expect(told(failed)).toBe("Not delivered to the desktop. No notice service.");
  expect(told({ ...failed, state: "seen" })).toBe(
    "Not delivered to the desktop. No notice service. Seen by you since.",
  );
  const shown: TaskDelivery = { state: "delivered", channels: ["inbox", "native"], error: null, receipts: [] };
  expect(told(shown)).toBe("Desktop notice");
  expect(told({ ...shown, state: "seen" })).toBe("Desktop notice, seen by you");
  expect(told({ ...shown, channels: ["inbox"] })).toBe("In this list, without a notice");
  expect(told({ ...shown, state: "pending" }, "running")).toBeNull();
  expect(told({ ...shown, state: "pending" })).toBe("Not yet");
  expect(told(null)).toBeNull();
});

test("the time of a running task ticks from its first attempt", () => {
  expect(timeWord(makeTask({ state: "running", started_at: at(-372) }), now)).toBe("6 m 12 s");
  expect(timeWord(makeTask({ state: "completed", ended_at: at(-300) }), now)).toBe("5 min ago");
});

test("what a task used is what was read and what was written", () => {
  const none = { input_tokens: null, output_tokens: null, cost_usd: null, estimated: false };
  expect(usedWords(none)).toBe("");
  expect(usedWords({ ...none, output_tokens: 412 })).toBe("412 tokens written");
  const all = { input_tokens: 9_200, output_tokens: 1_412, cost_usd: 0.06, estimated: true };
  expect(usedWords(all)).toBe("about 9 200 tokens read, 1 412 written, $0.06");
});

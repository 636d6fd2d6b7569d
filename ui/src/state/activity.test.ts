import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../ipc/fake-rows";
import { openWindow } from "../ipc/open-window";
import { listenTo, noteActivity, silentSince, written } from "./activity";

const at = (ms: number) => new Date(ms).toISOString();
const running = (id: string, started: number) => makeTask({ id, state: "running", started_at: at(started) });

test("silence counts from the last sign, and never from before the start", () => {
  const task = running("tsk_a", 5_000);
  listenTo([task], 9_000);
  expect(silentSince(task)).toBe(9_000);
  noteActivity("tsk_a", 10, 12_000);
  expect(silentSince(task)).toBe(12_000);
  expect(silentSince({ ...task, started_at: at(20_000) })).toBe(20_000);
});

test("opening another chat does not make a silent task heard", () => {
  const task = running("tsk_c", 5_000);
  listenTo([task], 9_000);
  listenTo([task, running("tsk_b", 5_000)], 60_000);
  expect(silentSince(task)).toBe(9_000);
});

test("a task that does not run is not silent", () => {
  expect(silentSince(makeTask({ state: "waiting" }))).toBeUndefined();
});

test("a sign of life of any chat is heard, also of one that is not open", async () => {
  const task = makeTask({ id: "tsk_far", conversation_id: "cnv_far", state: "running", started_at: at(1) });
  const fake = await openWindow({ conversations: [makeConversation({ id: "cnv_far" })], tasks: [task] });
  noteActivity("tsk_far", 10, 1_000);
  fake.alive([{ task_id: "tsk_far", bytes: 1_200 }]);
  expect(silentSince(task)).toBeGreaterThan(1_000);
  expect(written(task)).toBe(1_200);
  fake.change("tsk_far", { state: "queued" });
  expect(written(task)).toBeUndefined();
});

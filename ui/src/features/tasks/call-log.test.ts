import { expect, test } from "vitest";
import type { Event } from "../../ipc/types";
import { logLines } from "./log";

const at = { task_id: "tsk_1", conversation_id: "cnv_1", at: "2026-01-01T00:00:00.000Z" };
const words = (...events: object[]) =>
  logLines(events.map((event, seq) => ({ ...at, seq, ...event }) as Event)).map((line) => line.words);

test("the steps of an agent and your words on them are lines of the log", () => {
  expect(
    words(
      { kind: "tools_asked", attempt: 1, calls: 2 },
      { kind: "tools_begun" },
      { kind: "call_started", call: 1, tool: "read_file", label: "Read README.md" },
      { kind: "call_ended", call: 1, state: "done", fact: "120 lines" },
      { kind: "approval_asked", approval: 7, call: 2, summary: "Edit README.md" },
      { kind: "approval_decided", approval: 7, decision: "allow_once", by: "cli" },
      { kind: "call_started", call: 2, tool: "edit_file", label: "Edit README.md", approval: 7 },
      { kind: "call_ended", call: 2, state: "unknown" },
      { kind: "tools_ended" },
      {
        kind: "plan_changed",
        plan: [
          { label: "a", state: "done" },
          { label: "b", state: "current" },
        ],
      },
    ),
  ).toEqual([
    "The model asked for 2 steps",
    "Step 1: Read README.md",
    "Step 1 is done: 120 lines",
    "Asks you, for step 2: Edit README.md",
    "You said yes (cli)",
    "Step 2: Edit README.md, which was allowed",
    "Step 2 was cut; whether it was done is not known",
    "Plan: 1 of 2 done",
  ]);
});

test("what was decided by nobody just now says why", () => {
  const decided = (by: string, decision = "reject") =>
    words({ kind: "approval_decided", approval: 1, decision, by })[0];
  expect(decided("rule 3 of this task", "allow_once")).toBe("Allowed by what you allowed before");
  expect(decided("expired")).toContain("more than a day old");
  expect(decided("changed")).toContain("is not what was shown any more");
  expect(decided("window")).toBe("You did not want it");
});

import { expect, test } from "vitest";
import { clockTime } from "../../components/time";
import { makeTask } from "../../ipc/fake-rows";
import type { Event } from "../../ipc/types";
import { receipt } from "./receipt";

const at = (minute: number) => `2026-01-01T10:${String(minute).padStart(2, "0")}:00.000Z`;
const of = { task_id: "tsk_1", conversation_id: "cnv_1" };
const clock = (minute: number) => clockTime(at(minute));

const sent: Event = { ...of, seq: 2, at: at(1), kind: "lane_changed", lane: "background" };
const completed: Event = { ...of, seq: 3, at: at(5), kind: "completed", finish_reason: "stop", message_id: "msg_1" };
const told = (minute: number): Event => ({ ...of, seq: 4, at: at(minute), kind: "delivered", channel: "native" });
const seen: Event = { ...of, seq: 9, at: at(9), kind: "seen" };

const delivered = { state: "seen", channels: ["inbox", "native"], error: null } as const;
const words = (...args: Parameters<typeof receipt>) => receipt(...args).map((line) => `${line.label}: ${line.words}`);

test("a receipt says where it was asked, answered and told, and that it was told once", () => {
  const task = makeTask({
    state: "completed",
    created_at: at(0),
    delivery: { ...delivered, channels: ["inbox", "native"], receipts: [] },
  });
  expect(words(task, "Ferries", [sent, completed, told(6), seen])).toEqual([
    `Asked: ${clock(0)}, in this window, in “Ferries”`,
    `Sent away: ${clock(1)}`,
    `Answered: ${clock(5)}, in the same chat, under its prompt`,
    `Told: Desktop notice, seen by you, ${clock(6)}, once`,
    `Seen: ${clock(9)}`,
  ]);
});

test("a notice that a crash repeated is not called once", () => {
  const task = makeTask({
    state: "completed",
    created_at: at(0),
    delivery: { ...delivered, channels: ["native"], receipts: [] },
  });
  expect(words(task, undefined, [told(6), told(7)]).at(-1)).toBe(
    `Told: Desktop notice, seen by you, ${clock(7)}, 2 times`,
  );
});

test("before its log is there a receipt says what the task itself knows", () => {
  const task = makeTask({ state: "running", created_at: at(0) });
  expect(words({ ...task, ownership: { ...task.ownership, origin: "cli" } }, "Ferries", [])).toEqual([
    `Asked: ${clock(0)}, on the command line, in “Ferries”`,
  ]);
});

test("a receipt says whether work in the background goes on while the computer sleeps", () => {
  const task = makeTask({ lane: "background", state: "running", model: "openai/gpt-5", created_at: at(0) });
  expect(words(task, undefined, []).at(-1)).toBe("In sleep: waits while this computer sleeps, and goes on afterwards");
  expect(words({ ...task, is_remote: true }, undefined, [])).toContain(
    "In sleep: goes on at openai while this computer sleeps",
  );
});

test("each of the user's channels has its line, with why it was not told", () => {
  const one = { failure: null, error: null, due_at: null, at: at(6) } as const;
  const task = makeTask({
    state: "completed",
    created_at: at(0),
    delivery: {
      ...delivered,
      channels: ["inbox", "team"],
      receipts: [
        { ...one, channel: "inbox", state: "sent" },
        { ...one, channel: "team", state: "sent" },
        { ...one, channel: "mail", state: "failed", failure: "permission", error: "The password was refused." },
        { ...one, channel: "phone", state: "due", due_at: at(30) },
        { ...one, channel: "hook", state: "unknown", failure: "unknown", error: "the connection broke" },
      ],
    },
  });
  expect(words(task, undefined, []).slice(-4)).toEqual([
    `team: ${clock(6)}, sent once`,
    "mail: not delivered. The password was refused.",
    `phone: waits until ${clock(30)}`,
    `hook: ${clock(6)}, perhaps delivered. The connection broke.`,
  ]);
});

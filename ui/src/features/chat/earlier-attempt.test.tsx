import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { attemptOf, makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { Event } from "../../ipc/types";
import { ThreadPane } from "./thread-pane";

const task = makeTask({ id: "tsk_1", attempt: 2, lane: "background" });
const at = { task_id: "tsk_1", conversation_id: "cnv_1", at: "2026-01-01T00:00:00.000Z", model: "ollama/qwen3" };
const started = (attempt: number): Event => ({ seq: attempt, ...at, kind: "started", attempt });
const rows = {
  conversations: [makeConversation({ id: "cnv_1" })],
  texts: { tsk_1: [{ t: "paragraph" as const, children: [{ t: "text" as const, text: "Aerolin." }] }] },
  logs: {
    tsk_1: {
      events: [started(1), started(2)],
      attempts: [attemptOf(task, { number: 1, end: "interrupted", kept_text: "Nordkai is" }), attemptOf(task)],
    },
  },
};

test("a text that another attempt replaced can be read again under the answer", async () => {
  const fake = await openWindow({ ...rows, tasks: [task] }, "cnv_1");
  render(<ThreadPane />);
  expect(await screen.findByText("Attempt 1 broke off after 2 words")).toBeTruthy();
  expect(screen.queryByText("Nordkai is")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Show the text of attempt 1" }));
  expect(await screen.findByText("Nordkai is")).toBeTruthy();
  expect(screen.getByText("Aerolin.")).toBeTruthy();
  expect(callsOf(fake, "attemptText")).toEqual([["tsk_1", 1]]);
});

test("the line comes with the attempt that replaces the text, while that one runs", async () => {
  const fake = await openWindow({ ...rows, tasks: [{ ...task, attempt: 1, state: "queued" }] }, "cnv_1");
  render(<ThreadPane />);
  expect(callsOf(fake, "taskLog")).toEqual([]);
  fake.change("tsk_1", { attempt: 2, state: "running" });
  expect(await screen.findByText("Attempt 1 broke off after 2 words")).toBeTruthy();
});

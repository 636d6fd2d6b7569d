import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { Task } from "../../ipc/types";
import { OutcomeNote } from "./outcome-note";

const over = (change: Partial<Task>) =>
  makeTask({
    state: "waiting",
    reason: "day_limit",
    due_at: new Date(2025, 10, 22).toISOString(),
    error: {
      code: "day_limit",
      message: "This would pass today's limit of $1.00: $0.97 was spent.",
      hint: "Your prompt is kept.",
      retryable: true,
    },
    ...change,
  });
const labels = () => screen.getAllByRole("button").map((button) => button.textContent);
const settings = { day_limit: { usd: 1, tokens: null, more: null } };

test("a prompt that would pass the limit asks: more today, tomorrow, or not at all", async () => {
  const task = over({ lane: "interactive" });
  const fake = await openWindow({ tasks: [task], settings });
  render(<OutcomeNote task={task} onEdit={() => {}} />);
  expect(screen.getByText(/\$0\.97 was spent/)).toBeTruthy();
  expect(labels()).toEqual(["Allow $1.00 more today", "Wait until tomorrow", "Change the limit", "Stop"]);
  fireEvent.click(screen.getByRole("button", { name: "Wait until tomorrow" }));
  await expect.poll(() => callsOf(fake, "continueInBackground")).toEqual([[task.id]]);
});

test("work in the background waits for tomorrow without asking, and goes on when more is allowed", async () => {
  // Its hint was written while somebody still watched.
  const hint = "Your prompt is kept. Allow more today, wait until tomorrow, or stop.";
  const error = { code: "day_limit", message: "$0.97 was spent.", hint, retryable: true };
  const task = over({ lane: "background", error });
  const fake = await openWindow({ tasks: [task], settings });
  render(<OutcomeNote task={task} onEdit={() => {}} />);
  expect(screen.getByText(/Waits for tomorrow \(00:00\), then goes on by itself\./)).toBeTruthy();
  expect(screen.queryByText(/wait until tomorrow/)).toBeNull();
  expect(screen.queryByRole("region", { name: "Needs you" })).toBeNull();
  expect(labels()).toEqual(["Allow $1.00 more today", "Change the limit", "Stop"]);
  fireEvent.click(screen.getByRole("button", { name: "Allow $1.00 more today" }));
  await expect.poll(() => fake.task(task.id).state).toBe("queued");
});

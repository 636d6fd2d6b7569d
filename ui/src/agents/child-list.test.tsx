import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { ChildTask } from "../ipc/types";
import { childLine, childrenWords } from "../state/child-words";
import { ChildList } from "./child-list";

function part(number: number, change: Partial<ChildTask>): ChildTask {
  return {
    task_id: `tsk_${number}`,
    call: 1,
    title: `Part ${number} of 3: Look`,
    state: "completed",
    reason: null,
    approvals: 0,
    steps: [],
    started_at: null,
    ended_at: null,
    error: null,
    ...change,
  };
}

const read = { label: "Read a.txt", state: "done", fact: "1 line", started_at: null, ended_at: null } as const;
const children = [
  part(1, { steps: [read] }),
  part(2, { state: "waiting", reason: "approval", approvals: 1 }),
  part(3, { state: "queued", reason: "children" }),
];

test("parts of a job are counted, each says how it stands, and its steps can be unfolded", () => {
  render(<ChildList task={{ children }} />);
  expect(screen.getByText("1 of 3 parts done, 1 needs you")).toBeTruthy();
  expect(screen.getByText("Wants your yes")).toBeTruthy();
  expect(screen.getByText("Waits for the other parts")).toBeTruthy();
  expect(screen.queryByText("Read a.txt")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: /Part 1 of 3/ }));
  expect(screen.getByText("Read a.txt")).toBeTruthy();
});

test("a task without parts says nothing about them", () => {
  const { container } = render(<ChildList task={{ children: [] }} />);
  expect(container.firstChild).toBeNull();
});

test("what failed says why", () => {
  const error = { code: "model", message: "the model is gone", hint: "", retryable: false };
  const failed = part(1, { state: "failed", error });
  expect(childLine(failed)).toBe("Failed. The model is gone.");
  expect(childrenWords({ children: [failed] })).toBe("0 of 1 parts done, 1 failed");
});

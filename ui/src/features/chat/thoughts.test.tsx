import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeFake } from "../../ipc/fake";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import type { Node, Task } from "../../ipc/types";
import { connect } from "../../state/actions";
import { initialState, useStore } from "../../state/store";
import { ThreadPane } from "./thread-pane";

beforeEach(() => useStore.setState(initialState, true));
afterEach(cleanup);

const p = (text: string): Node[] => [{ t: "paragraph", children: [{ t: "text", text }] }];

async function openWith(task: Partial<Task>, thoughts: Record<string, Node[]> = {}) {
  const fake = makeFake({
    conversations: [makeConversation({ id: "cnv_1" })],
    tasks: [makeTask({ id: "tsk_1", started_at: new Date().toISOString(), ...task })],
    thoughts,
  });
  render(<ThreadPane />);
  await act(() => connect(fake.client, "cnv_1"));
  return fake;
}

test("what is thought is one line while it comes, shown on request, and grows there", async () => {
  const fake = await openWith({ state: "running" });
  expect(screen.queryByRole("button", { name: /Thinking/ })).toBeNull();
  await act(async () => fake.think("tsk_1", p("Two ferries leave.")));
  const line = screen.getByRole("button", { name: /^Thinking/ });
  expect(line.getAttribute("aria-expanded")).toBe("false");
  expect(screen.queryByText("Two ferries leave.")).toBeNull();
  await act(async () => line.click());
  expect(screen.getByRole("region", { name: "What the model thought" }).textContent).toBe("Two ferries leave.");
  await act(async () => fake.think("tsk_1", p("Two ferries leave. One is late.")));
  expect(screen.getByText("Two ferries leave. One is late.")).toBeTruthy();
});

test("the answer ends the thinking, and the line then says how long it took", async () => {
  const fake = await openWith({ state: "running" });
  await act(async () => fake.think("tsk_1", p("Which one?")));
  await act(async () => fake.whole("tsk_1", p("The second one.")));
  expect(screen.queryByRole("button", { name: /^Thinking/ })).toBeNull();
  expect(screen.getByRole("button", { name: "Thought about it" })).toBeTruthy();
  await act(async () => void fake.change("tsk_1", { state: "completed", thought_ms: 12_400 }));
  expect(screen.getByRole("button", { name: "Thought for 12 s" })).toBeTruthy();
});

test("what was thought for an old answer is asked for only when it is opened", async () => {
  const fake = await openWith({ state: "completed", thought_ms: 900 }, { tsk_1: p("It depends.") });
  expect(fake.calls.some((call) => call.name === "thoughts")).toBe(false);
  await act(async () => screen.getByRole("button", { name: "Thought for less than 1 s" }).click());
  expect(screen.getByText("It depends.")).toBeTruthy();
  await act(async () => screen.getByRole("button", { name: "Thought for less than 1 s" }).click());
  expect(screen.queryByText("It depends.")).toBeNull();
});

test("a chat opened while its model thinks shows that it does", async () => {
  await openWith({ state: "running" }, { tsk_1: p("Let me see.") });
  expect(screen.getByRole("button", { name: "Thinking" })).toBeTruthy();
});

import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeFake } from "../../ipc/fake";
import { makeConversation, makeModel, makeTask } from "../../ipc/fake-rows";
import { connect } from "../../state/actions";
import { initialState, useStore } from "../../state/store";
import { ThreadPane } from "./thread-pane";

beforeEach(() => useStore.setState(initialState, true));
afterEach(cleanup);

test("what is out of credit is gone on with by another model, and the place is told", async () => {
  const error = { code: "billing", message: "your account has no credit", hint: "Top it up.", retryable: false };
  const task = makeTask({ id: "tsk_1", model: "openai/gpt-5", state: "waiting", reason: "billing", error, head: 2 });
  const fake = makeFake({
    conversations: [makeConversation({ id: "cnv_1" })],
    tasks: [task],
    models: [makeModel({ provider: "ollama", name: "qwen3" })],
  });
  render(<ThreadPane />);
  await act(() => connect(fake.client, "cnv_1"));
  await act(async () => screen.getByRole("button", { name: "Continue with another model" }).click());
  await act(async () => screen.getByRole("option", { name: /qwen3/ }).click());
  expect(fake.calls.find((call) => call.name === "resumeTask")?.args).toEqual(["tsk_1", "ollama/qwen3"]);

  const seams = [{ from: "openai/gpt-5", after: "ferry leaves" }];
  await act(async () => void fake.change("tsk_1", { state: "completed", finish_reason: "stop", seams }));
  expect(screen.getByText("Up to “…ferry leaves” by gpt-5, from there by qwen3.")).toBeTruthy();
});

test("the first model that did not fail is marked, Enter takes it, and the focus is where one writes", async () => {
  const error = { code: "billing", message: "your account has no credit", hint: "Top it up.", retryable: false };
  const task = makeTask({ id: "tsk_1", model: "ollama/gemma3", state: "waiting", reason: "billing", error });
  const fake = makeFake({
    conversations: [makeConversation({ id: "cnv_1" })],
    tasks: [task],
    models: ["gemma3", "qwen3"].map((name) => makeModel({ provider: "ollama", name })),
  });
  render(<ThreadPane />);
  await act(() => connect(fake.client, "cnv_1"));
  await act(async () => screen.getByRole("button", { name: "Continue with another model" }).click());
  const field = screen.getByRole("combobox", { name: "Find a model" });
  const marked = () => document.getElementById(field.getAttribute("aria-activedescendant") ?? "")?.dataset.model;
  expect(marked()).toBe("ollama/qwen3");
  await act(async () => void fireEvent.change(field, { target: { value: "ollama" } }));
  expect(marked()).toBe("ollama/qwen3");
  await act(async () => void fireEvent.keyDown(field, { key: "Enter" }));
  expect(fake.calls.find((call) => call.name === "resumeTask")?.args).toEqual(["tsk_1", "ollama/qwen3"]);
  await expect.poll(() => document.activeElement).toBe(screen.getByRole("textbox", { name: "Message" }));
});

test("what failed is gone on with by another model, in a version beside it", async () => {
  const error = { code: "bad_request", message: "not for me", hint: "Choose another model.", retryable: false };
  const task = makeTask({ id: "tsk_1", model: "openai/gpt-5", state: "failed", error, head: 2 });
  const fake = makeFake({
    conversations: [makeConversation({ id: "cnv_1" })],
    tasks: [task],
    models: [makeModel({ provider: "ollama", name: "qwen3" })],
  });
  render(<ThreadPane />);
  await act(() => connect(fake.client, "cnv_1"));
  await act(async () => screen.getByRole("button", { name: "Continue with another model" }).click());
  await act(async () => screen.getByRole("option", { name: /qwen3/ }).click());
  expect(fake.calls.find((call) => call.name === "resumeTask")?.args).toEqual(["tsk_1", "ollama/qwen3"]);
  expect(screen.getByText("Version 2 of 2")).toBeTruthy();
  expect(screen.queryByRole("region", { name: "Failed" })).toBeNull();
});

test("what waits for a moment is tried now, and what waits for a place is not offered that", async () => {
  const due_at = new Date(Date.now() + 600_000).toISOString();
  const waits = { lane: "background", state: "queued", reason: "rate_limit", due_at } as const;
  const fake = makeFake({
    conversations: [makeConversation({ id: "cnv_1" })],
    tasks: [makeTask({ id: "tsk_1", ...waits }), makeTask({ turn: 2, ...waits, reason: "slot", due_at: null })],
  });
  render(<ThreadPane />);
  await act(() => connect(fake.client, "cnv_1"));
  const now = screen.getByRole("button", { name: "Try now" });
  expect(now.title).toMatch(/^The provider asked to wait until .*, so it may refuse again\.$/);
  await act(async () => now.click());
  expect(fake.calls.find((call) => call.name === "resumeTask")?.args).toEqual(["tsk_1"]);
});

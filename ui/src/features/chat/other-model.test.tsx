import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeModel, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import { ThreadPane } from "./thread-pane";

test("another model answers again, and both answers are one step apart", async () => {
  const models = ["qwen3", "gemma3"].map((name) => makeModel({ provider: "ollama", name }));
  const conversations = [makeConversation({ id: "cnv_1", model: "ollama/qwen3" })];
  const tasks = [makeTask({ id: "tsk_1", model: "ollama/qwen3" })];
  const fake = await openWindow({ conversations, tasks, models }, "cnv_1");
  render(<ThreadPane />);
  expect(screen.queryByRole("button", { name: "Answer again with another model" })).toBeNull();
  // Anywhere in the turn: its buttons are all shown then.
  fireEvent.pointerMove(screen.getByText("A prompt"));
  const other = await screen.findByRole("button", { name: "Answer again with another model" });
  fireEvent.click(other);
  fireEvent.click(await screen.findByRole("option", { name: /gemma3/ }));
  await expect.poll(() => callsOf(fake, "retryTask")).toEqual([["tsk_1", "interactive", "ollama/gemma3"]]);
  expect(await screen.findByText("Version 2 of 2")).toBeTruthy();
});

import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { openWindow } from "../../ipc/open-window";
import { useStore } from "../../state/store";
import { TasksPanel } from "./tasks-panel";

test("a task without its key names the provider, and leads to where that key is entered", async () => {
  await openWindow({
    conversations: [makeConversation({ id: "cnv_1" })],
    tasks: [makeTask({ conversation_id: "cnv_1", state: "waiting", reason: "key", model: "groq/llama" })],
  });
  render(<TasksPanel />);
  fireEvent.click(screen.getByRole("button", { name: "Enter a key for groq" }));
  expect(useStore.getState()).toMatchObject({ page: "settings", keyFor: "groq" });
});

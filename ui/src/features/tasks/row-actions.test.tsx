import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
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

test("a task that waits for the day can be allowed more from its row, and one that is watched can wait for tomorrow", async () => {
  const waits = {
    conversation_id: "cnv_1",
    state: "waiting",
    reason: "day_limit",
    due_at: new Date(2025, 10, 22).toISOString(),
  } as const;
  const [watched, away] = [makeTask(waits), makeTask({ ...waits, lane: "background", turn: 2 })];
  const fake = await openWindow({
    conversations: [makeConversation({ id: "cnv_1" })],
    tasks: [watched, away],
    settings: { day_limit: { usd: null, tokens: 5_000, more: null } },
  });
  render(<TasksPanel />);
  fireEvent.click(screen.getByRole("button", { name: "Wait until tomorrow" }));
  await expect.poll(() => callsOf(fake, "continueInBackground")).toEqual([[watched.id]]);
  await expect.poll(() => screen.queryByRole("button", { name: "Wait until tomorrow" })).toBeNull();
  const headings = screen.getAllByRole("heading", { level: 3 }).map((heading) => heading.textContent);
  expect(headings).toEqual(["Waits for tomorrow"]);
  expect(screen.getByText("nothing running"), "none of them needs anybody").toBeTruthy();
  expect(screen.getAllByText("Waits for tomorrow (00:00), then goes on by itself.")).toHaveLength(2);
  expect(screen.getAllByRole("button", { name: "Stop" })).toHaveLength(2);
  fireEvent.click(screen.getAllByRole("button", { name: "Allow 5 000 tokens more today" })[0] as HTMLElement);
  await expect.poll(() => [fake.task(watched.id).state, fake.task(away.id).state]).toEqual(["queued", "queued"]);
});

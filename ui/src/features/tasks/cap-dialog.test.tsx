import { fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import { TasksPanel } from "./tasks-panel";

test("a task gets a cap of its own while it is not over, and what is no amount is said", async () => {
  const task = makeTask({ conversation_id: "cnv_1", lane: "background", state: "running" });
  const fake = await openWindow({ conversations: [makeConversation({ id: "cnv_1" })], tasks: [task] });
  render(<TasksPanel />);
  fireEvent.click(screen.getByRole("button", { name: "Steps and log" }));
  fireEvent.click(await screen.findByRole("button", { name: "Change the cap" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Cap for this task" }));
  fireEvent.change(dialog.getByLabelText("Dollars"), { target: { value: "-1" } });
  fireEvent.click(dialog.getByRole("button", { name: "Save" }));
  expect(dialog.getByText("More than 0, or empty")).toBeTruthy();
  expect(callsOf(fake, "setBudget")).toEqual([]);
  fireEvent.change(dialog.getByLabelText("Dollars"), { target: { value: "0.5" } });
  const scrim = document.querySelector(".scrim");
  expect(scrim).not.toBeNull();
  fireEvent.pointerDown(scrim as Element);
  fireEvent.click(scrim as Element);
  expect(screen.queryByRole("dialog"), "what was written is not lost by a click beside it").not.toBeNull();
  fireEvent.change(dialog.getByLabelText("Minutes of work"), { target: { value: "1.5" } });
  fireEvent.click(dialog.getByRole("button", { name: "Save" }));
  await expect.poll(() => callsOf(fake, "setBudget")).toEqual([[task.id, { usd: 0.5, tokens: null, seconds: 90 }]]);
  expect(await screen.findByText("$0.50, 1 m 30 s")).toBeTruthy();
  expect(fake.task(task.id).state).toBe("running");
});

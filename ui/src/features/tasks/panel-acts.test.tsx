import { fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { Task } from "../../ipc/types";
import { TasksPanel } from "./tasks-panel";

const chat = makeConversation({ id: "cnv_1", title: "A chat" });
const away = (change: Partial<Task>) => makeTask({ lane: "background", conversation_id: "cnv_1", ...change });
const row = (title: string) => screen.getByRole("button", { name: title }).closest("li") as HTMLElement;

test("all that works in the background is paused and resumed at once", async () => {
  const fake = await openWindow({
    conversations: [chat],
    tasks: [away({ title: "First", state: "running" }), away({ title: "Second", state: "queued", reason: "slot" })],
  });
  render(<TasksPanel />);
  expect(screen.queryByRole("button", { name: "Resume all" })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Pause all" }));
  fireEvent.click(await screen.findByRole("button", { name: "Resume all" }));
  expect(await screen.findByRole("button", { name: "Pause all" })).toBeTruthy();
  expect([callsOf(fake, "pauseAll"), callsOf(fake, "resumeAll")]).toEqual([[[]], [[]]]);
});

test("when nothing is at work the head of the list says how many are paused, with the way on beside it", async () => {
  await openWindow({
    conversations: [chat],
    tasks: [
      away({ title: "First", state: "running" }),
      away({ title: "Second", state: "paused" }),
      away({ title: "Asks", state: "waiting", reason: "key" }),
    ],
  });
  render(<TasksPanel />);
  expect(screen.queryByText(/paused\.$/)).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Pause all" }));
  expect(await screen.findByText("2 tasks are paused.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Resume all" }));
  await expect.poll(() => screen.queryByText("2 tasks are paused.")).toBeNull();
});

test("a task in parts names its parts and no attempts", async () => {
  const step = (label: string, state: "done" | "current" | "pending") => ({
    label,
    state,
    fact: null,
    started_at: state === "pending" ? null : "2026-01-01T10:00:00.000Z",
    ended_at: state === "done" ? "2026-01-01T10:01:00.000Z" : null,
  });
  const task = away({
    title: "A book",
    state: "running",
    attempt: 2,
    progress: { done: 1, total: 3, unit: "parts", label: "Pages 10–18" },
    steps: [step("Pages 1–9", "done"), step("Pages 10–18", "current"), step("All in all", "pending")],
  });
  await openWindow({ conversations: [chat], tasks: [task] });
  render(<TasksPanel />);
  expect(row("A book").textContent).toContain("Part 2 of 3");
  fireEvent.click(within(row("A book")).getByRole("button", { name: "Steps and log" }));
  expect(await within(row("A book")).findByText(/Part 3 of 3: All in all/)).toBeTruthy();
  expect(within(row("A book")).queryByText(/Attempt/)).toBeNull();
});

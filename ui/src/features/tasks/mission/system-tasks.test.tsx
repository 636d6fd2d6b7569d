import { act, cleanup, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeConversation, makeTask } from "../../../ipc/fake-rows";
import { callsOf, openWindow } from "../../../ipc/open-window";
import type { Task, TaskQuery } from "../../../ipc/types";
import { nothingYet, useLookedAt } from "./looked-at";
import { MissionPage } from "./mission-page";

const chat = makeConversation({ id: "cnv_1", title: "A chat" });
const naming = (change: Partial<Task> = {}) => {
  const task = makeTask({ conversation_id: "cnv_1", branch: 2 ** 30 + 1, title: "Naming “Pumps”", ...change });
  return { ...task, ownership: { ...task.ownership, origin: "system" as const, mode: "suppressed" as const } };
};
const heading = () => screen.queryByRole("heading", { name: "System" });

afterEach(cleanup);
beforeEach(() => useLookedAt.setState(nothingYet, true));

test("what Meanwhile does by itself stands folded at the end, with its state and its cost, and nowhere else", async () => {
  const usage = { input_tokens: 600, output_tokens: 7, cost_usd: 0.02, estimated: false };
  const fake = await openWindow({ conversations: [chat], tasks: [naming({ state: "completed", usage })] });
  render(<MissionPage />);
  const section = await screen.findByRole("region", { name: "System" });
  expect(section.querySelector("details")?.open).toBe(false);
  const rows = within(section).getAllByRole("listitem", { hidden: true });
  expect(rows.map((row) => row.textContent)).toEqual(["Naming “Pumps”Done · $0.02"]);
  expect(document.querySelector(".mission-cols")?.lastElementChild).toBe(section);
  expect(screen.getAllByText("Naming “Pumps”")).toHaveLength(1);
  expect(await screen.findByText("Nothing is running")).toBeTruthy();
  const others = callsOf(fake, "findTasks").filter(([query]) => !(query as TaskQuery).system);
  expect(others.length).toBeGreaterThan(0);
});

test("without any there is no heading, and one that begins while you look gets it", async () => {
  const fake = await openWindow({
    conversations: [chat],
    tasks: [
      makeTask({ id: "tsk_1", lane: "background", conversation_id: "cnv_1", state: "running" }),
      makeTask({ id: "tsk_2", conversation_id: "cnv_1", state: "running" }),
    ],
  });
  render(<MissionPage />);
  await expect.poll(() => callsOf(fake, "findTasks").some(([query]) => (query as TaskQuery).system)).toBe(true);
  expect(heading()).toBeNull();
  act(() => {
    fake.change("tsk_2", naming({ id: "tsk_2", state: "running" }));
    fake.change("tsk_1", { state: "completed", unread: true });
  });
  expect(await screen.findByRole("heading", { name: "System" })).toBeTruthy();
});

import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeConversation, makeTask } from "../../../ipc/fake-rows";
import { callsOf, openWindow } from "../../../ipc/open-window";
import type { Task, TaskQuery } from "../../../ipc/types";
import { actions } from "../../../state/actions";
import { useStore } from "../../../state/store";
import { PAGE } from "./filters";
import { stubSight } from "./in-sight";
import { nothingYet, useLookedAt } from "./looked-at";
import { MissionPage } from "./mission-page";

const chat = makeConversation({ id: "cnv_1", title: "A chat" });
const away = (change: Partial<Task>) => makeTask({ lane: "background", conversation_id: "cnv_1", ...change });
const many = (count: number, change: Partial<Task> = {}) =>
  Array.from({ length: count }, (_, at) =>
    away({
      id: `tsk_${String(at).padStart(5, "0")}`,
      title: `Task ${at}`,
      created_at: new Date(Date.UTC(2026, 0, 1) - at * 60_000).toISOString(),
      ...change,
    }),
  );

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
beforeEach(() => useLookedAt.setState(nothingYet, true));

async function open(tasks: Task[]) {
  const fake = await openWindow({ conversations: [chat], tasks });
  act(() => actions.setPage("mission"));
  render(<MissionPage />);
  return fake;
}

const history = () => screen.getByRole("region", { name: "History" });
const titles = () => Array.from(history().querySelectorAll(".task-title"), (title) => title.textContent);
const count = () => document.querySelector(".mission-history [role=status]")?.textContent;
/** What the history asked for. */
const asked = (fake: Awaited<ReturnType<typeof open>>) =>
  callsOf(fake, "findTasks").flatMap(([query]) => ((query as TaskQuery).limit === PAGE ? [query as TaskQuery] : []));

test("what ended is found by words, state and what nobody has seen, and what stands above is not there twice", async () => {
  const fake = await open([
    away({ id: "tsk_a", title: "Heat pump tenders", state: "completed" }),
    away({ id: "tsk_b", title: "Handbook in Spanish", state: "failed" }),
    away({ id: "tsk_c", title: "New tenders", state: "completed", unread: true }),
    makeTask({ title: "Watched", conversation_id: "cnv_1", state: "completed" }),
  ]);
  await expect.poll(titles).toEqual(["Handbook in Spanish", "Heat pump tenders"]);
  expect(within(history()).getByRole("status").textContent).toBe("3");
  fireEvent.change(screen.getByRole("searchbox", { name: "Search tasks" }), { target: { value: "tenders" } });
  await expect.poll(titles).toEqual(["New tenders", "Heat pump tenders"]);
  fireEvent.click(screen.getByRole("button", { name: "Not seen yet" }));
  await expect.poll(titles).toEqual(["New tenders"]);
  fireEvent.click(screen.getByRole("button", { name: "Clear" }));
  fireEvent.change(screen.getByRole("combobox", { name: "State" }), { target: { value: "failed" } });
  await expect.poll(titles).toEqual(["Handbook in Spanish"]);
  expect(asked(fake).at(-1)).toMatchObject({ words: null, states: ["failed"], unread: false, lane: "background" });
});

test("older tasks are read when the end comes near, and the end is the end", async () => {
  const see = stubSight();
  const fake = await open(many(120));
  await expect.poll(count).toBe("120");
  const end = () => document.querySelector(".mission-more");
  await expect.poll(() => see(end())).toBe(true);
  expect(asked(fake)[1]?.cursor).toBe("tsk_00049");
  await expect.poll(end).toBeNull();
  expect(asked(fake)).toHaveLength(3);
});

test("a history that cannot be read says why, and is asked for again", async () => {
  const fake = await openWindow({ conversations: [chat], tasks: many(2) });
  fake.refuse("findTasks", { code: "internal", message: "the disk is gone" });
  render(<MissionPage />);
  expect(await screen.findByText("The history could not be read. The disk is gone.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await expect.poll(titles).toEqual(["Task 0", "Task 1"]);
});

test("nothing found says what was looked through, and how to find more", async () => {
  await open([away({ title: "Heat pump tenders", state: "running" })]);
  expect(await screen.findByText("Finished tasks stay here until you delete their chats.")).toBeTruthy();
  fireEvent.change(screen.getByRole("searchbox", { name: "Search tasks" }), { target: { value: "tenders" } });
  expect(await screen.findByText("Nothing found for “tenders”. Titles and prompts were searched.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Look at what has not ended too" }));
  await expect.poll(titles).toEqual(["Heat pump tenders"]);
});

test("what is pinned stays in sight above the history", async () => {
  const fake = await open(many(3));
  await expect.poll(() => titles().length).toBe(3);
  const row = screen.getByRole("button", { name: "Task 1" }).closest("li") as HTMLElement;
  fireEvent.click(within(row).getByRole("button", { name: "Pin" }));
  const pinned = await screen.findByRole("region", { name: /Pinned/ });
  expect(within(pinned).getByText("Task 1")).toBeTruthy();
  expect(callsOf(fake, "pinTask")).toEqual([["tsk_00001", true]]);
  expect(titles()).toEqual(["Task 0", "Task 2"]);
  fireEvent.click(within(pinned).getByRole("button", { name: "Unpin" }));
  await expect.poll(titles).toEqual(["Task 0", "Task 1", "Task 2"]);
});

test("a row of the history leads to its turn in its chat, and what was pinned with the keyboard leaves the focus in the list", async () => {
  await open(many(3));
  await expect.poll(() => titles().length).toBe(3);
  const row = screen.getByRole("button", { name: "Task 1" }).closest("li") as HTMLElement;
  const pin = within(row).getByRole("button", { name: "Pin" });
  act(() => pin.focus());
  fireEvent.click(pin);
  await screen.findByRole("region", { name: /Pinned/ });
  expect(history().contains(document.activeElement)).toBe(true);
  // As if it was older than what this window knows.
  act(() => useStore.setState({ tasks: {} }));
  fireEvent.click(
    within(screen.getByRole("button", { name: "Task 2" }).closest("li") as HTMLElement).getByRole("button", {
      name: "View in its chat",
    }),
  );
  expect(useStore.getState()).toMatchObject({ page: "chat", openConversation: "cnv_1", focusTask: "tsk_00002" });
});

test("what is pinned or was never seen is in sight however long ago it ended", async () => {
  await openWindow({
    conversations: [chat],
    tasks: many(3).map((task, at) => ({ ...task, pinned: at === 1, unread: at === 2 })),
  });
  useStore.setState({ tasks: {} });
  render(<MissionPage />);
  expect(within(await screen.findByRole("region", { name: /Pinned/ })).getByText("Task 1")).toBeTruthy();
  expect(within(screen.getByRole("region", { name: /Finished/ })).getByText("Task 2")).toBeTruthy();
});

test("what ends while you look comes to the top", async () => {
  const fake = await open([away({ id: "tsk_a", title: "At work", state: "running" }), ...many(1)]);
  await expect.poll(titles).toEqual(["Task 0"]);
  act(() => void fake.change("tsk_a", { state: "cancelled" }));
  await expect.poll(titles).toEqual(["At work", "Task 0"]);
});

test("500 tasks at work and 10 000 that ended cost no more rows than fit near what is seen", async () => {
  const see = stubSight();
  const live = many(500, { state: "running" }).map((task, at) => ({ ...task, id: `tsk_live_${at}` }));
  await open([...live, ...many(10_000)]);
  await expect.poll(count).toBe("10 000");
  const drawn = () => document.querySelectorAll(".mission-row").length;
  expect(drawn()).toBeLessThan(50);
  fireEvent.click(screen.getByRole("button", { name: "Show all 500" }));
  // As long as the end is near, more is read: a stretch of 25 rows for each place that was not seen yet.
  const gaps = () => document.querySelectorAll(".mission-history ul[aria-hidden]").length;
  await expect.poll(() => see(document.querySelector(".mission-more"))).toBe(true);
  await expect.poll(gaps).toBeGreaterThan(6);
  see(document.querySelector(".mission-more"), false);
  expect(drawn()).toBeLessThan(80);
  // No row outside of what is seen has a clock, a menu or a ring to turn.
  expect(document.querySelectorAll(".mission-row .task-actions").length).toBe(0);
  // What comes into sight is drawn, and what leaves it gives its place back.
  const gap = document.querySelector(".mission-live ul[aria-hidden]") as Element;
  see(gap);
  expect(gap.querySelectorAll(".mission-row").length).toBe(25);
  see(gap, false);
  expect(gap.querySelectorAll(".mission-row").length).toBe(0);
});

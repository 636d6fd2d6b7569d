import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { App } from "./app";
import { awayHead, awaySum } from "./features/tasks/away/words";
import { type Fake, makeFake } from "./ipc/fake";
import { makeConversation, makeTask } from "./ipc/fake-rows";
import type { Away } from "./ipc/types";
import { connect } from "./state/actions";
import { initialState, useStore } from "./state/store";

const local = (day: number, hour: number, minute: number) => new Date(2026, 10, day, hour, minute).toISOString();
const result = (n: number) =>
  makeTask({ id: `tsk_${n}`, conversation_id: "cnv_1", title: `Result ${n}`, state: "completed", unread: true });
const asks = makeTask({
  id: "tsk_asks",
  conversation_id: "cnv_1",
  title: "Clean up the build server",
  state: "waiting",
  reason: "key",
  error: { code: "unauthorized", message: "the key was refused", hint: "", retryable: false },
});
const away: Away = {
  since: local(20, 18, 4),
  until: local(23, 8, 31),
  tasks: [asks, ...[1, 2, 3, 4, 5].map(result)],
  more: 0,
  worked_ms: 80 * 60_000,
  cost_usd: 1.04,
  restarts: 1,
  went_on: 2,
  slept_ms: 0,
};

beforeEach(() => {
  localStorage.clear();
  useStore.setState(initialState, true);
});
afterEach(cleanup);

async function opened(): Promise<Fake> {
  const settings = { welcomed: true };
  const fake = makeFake({ conversations: [makeConversation({ id: "cnv_1" })], tasks: away.tasks, away, settings });
  render(<App isQuickAsk={false} />);
  await act(() => connect(fake.client, null));
  return fake;
}

const card = () => screen.queryByRole("region", { name: "While you were away" });

test("who comes back sees what needs them first, then what is done, and what it came to", async () => {
  await opened();
  const inside = within(card() as HTMLElement);
  const rows = inside.getAllByRole("listitem");
  expect(rows[0]?.textContent).toContain("Clean up the build server");
  expect(rows[0]?.textContent).toContain("The key was refused.");
  expect(rows.length).toBe(5);
  expect(rows[4]?.textContent).toContain("2 more tasks");
  fireEvent.click(inside.getByRole("button", { name: "Show" }));
  expect(inside.getAllByRole("listitem").length).toBe(6);
  expect(inside.getByText(/1 h 20 m of work, \$1.04/)).toBeTruthy();
});

test("all is marked as read at once, what needs the user stays, and Escape closes", async () => {
  const fake = await opened();
  fireEvent.click(screen.getByRole("button", { name: "Mark all as read" }));
  expect(fake.calls.filter(({ name }) => name === "markSeen").map(({ args }) => args[0])).toEqual(
    [1, 2, 3, 4, 5].map((n) => `tsk_${n}`),
  );
  expect(card()).toBeNull();
  await act(async () => void fireEvent.focus(window));
  const again = card() as HTMLElement;
  expect(within(again).getAllByRole("listitem").length).toBe(1);
  fireEvent.keyDown(within(again).getByRole("button", { name: /Review/ }), { key: "Escape" });
  expect(card()).toBeNull();
});

test("the way to one result closes the card, and reading goes through all of them", async () => {
  await opened();
  await act(async () => screen.getByRole("button", { name: "Open: Result 1" }).click());
  expect(card()).toBeNull();
  expect(useStore.getState().selectedTask).toBe("tsk_1");
  await act(async () => void fireEvent.focus(window));
  await act(async () => screen.getByRole("button", { name: "Read them one by one" }).click());
  expect(screen.getByRole("region", { name: /New result 1 of/ })).toBeTruthy();
});

test("the words say from when to when, and what happened to the computer", () => {
  expect(awayHead(away)).toBe(
    "Friday 18:04 to Monday 08:31. Meanwhile was started again, and 2 tasks went on from where they were.",
  );
  const night = { ...away, since: local(22, 23, 10), restarts: 0, slept_ms: 8 * 3_600_000 };
  expect(awayHead(night)).toBe("23:10 to 08:31. The computer slept for 8 h 00 m.");
  expect(awayHead({ ...away, since: local(1, 9, 0), restarts: 2, went_on: 0 })).toContain("started again 2 times.");
  expect(awaySum({ ...away, worked_ms: 0, cost_usd: null })).toBe("");
});

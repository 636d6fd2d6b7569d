import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Toaster } from "../../../components/toast";
import { makeConversation, makeTask } from "../../../ipc/fake-rows";
import { callsOf, openWindow } from "../../../ipc/open-window";
import type { Task } from "../../../ipc/types";
import { listen } from "../../../keys/registry";
import { actions } from "../../../state/actions";
import { useStore } from "../../../state/store";
import { nothingYet, useLookedAt } from "./looked-at";
import { MissionPage } from "./mission-page";
import { nothingSelected, useSelection } from "./selection";

const chat = makeConversation({ id: "cnv_1", title: "A chat" });
const away = (id: string, change: Partial<Task>) =>
  makeTask({ id: `tsk_${id}`, title: id, lane: "background", conversation_id: "cnv_1", ...change });
const box = (title: string) => screen.getByRole("checkbox", { name: `Select ${title}` });
const title = (name: string) => screen.getByRole("button", { name });
const selected = () => [...useSelection.getState().selected];
const bar = () => screen.getByRole("toolbar", { name: "Selected tasks" });

afterEach(cleanup);
beforeEach(() => {
  useLookedAt.setState(nothingYet, true);
  useSelection.setState(nothingSelected, true);
});

const several = [
  away("One", { state: "running", head: 9, created_at: "2026-01-01T10:05:00.000Z" }),
  away("Two", { state: "running", head: 8, created_at: "2026-01-01T10:04:00.000Z" }),
  away("Three", { state: "paused", created_at: "2026-01-01T10:03:00.000Z" }),
  away("Four", { state: "failed", unread: true, created_at: "2026-01-01T10:02:00.000Z" }),
  away("Five", { state: "completed", created_at: "2026-01-01T10:01:00.000Z" }),
];

async function open() {
  const fake = await openWindow({ conversations: [chat], tasks: several });
  act(() => actions.setPage("mission"));
  render(
    <>
      <MissionPage />
      <Toaster />
    </>,
  );
  await screen.findByRole("button", { name: "Five" });
  return fake;
}

test("a press with Shift selects all in between, and each act is for those it fits", async () => {
  const fake = await open();
  fireEvent.click(box("One"));
  fireEvent.click(box("Four"), { shiftKey: true });
  expect(selected()).toEqual(["tsk_One", "tsk_Two", "tsk_Three", "tsk_Four"]);
  expect(within(bar()).getByRole("status").textContent).toBe("4 selected");
  fireEvent.click(within(bar()).getByRole("button", { name: "Pause 2" }));
  expect(await screen.findByText("2 tasks paused")).toBeTruthy();
  expect(callsOf(fake, "pauseTask")).toEqual([["tsk_One"], ["tsk_Two"]]);
  await expect.poll(() => within(bar()).queryByRole("button", { name: /Pause/ })).toBeNull();
  fireEvent.click(within(bar()).getByRole("button", { name: "Resume 3" }));
  expect(await screen.findByText("3 tasks go on")).toBeTruthy();
  fireEvent.click(within(bar()).getByRole("button", { name: "Mark as read 1" }));
  expect(await screen.findByText("1 task marked as read")).toBeTruthy();
  expect(useStore.getState().page).toBe("mission");
});

test("several are stopped only after a question", async () => {
  const fake = await open();
  fireEvent.click(box("One"));
  fireEvent.click(box("Two"));
  fireEvent.click(within(bar()).getByRole("button", { name: "Stop" }));
  expect(callsOf(fake, "stopTask")).toEqual([]);
  const question = await screen.findByRole("dialog", { name: "Stop 2 tasks?" });
  fireEvent.click(within(question).getByRole("button", { name: "Stop 2 tasks" }));
  await expect.poll(() => callsOf(fake, "stopTask")).toEqual([["tsk_One"], ["tsk_Two"]]);
});

test("what is refused is told, and the rest is done all the same", async () => {
  const fake = await open();
  fake.refuse("pauseTask", { code: "conflict", message: "it is over already" });
  fireEvent.click(box("One"));
  fireEvent.click(box("Two"));
  fireEvent.click(within(bar()).getByRole("button", { name: "Pause" }));
  expect(await screen.findByText("1 task paused")).toBeTruthy();
  expect(screen.getByText("1 task refused: It is over already.")).toBeTruthy();
});

test("Space selects, Shift with an arrow goes on selecting, Ctrl A takes all, and Esc lets go before it leaves", async () => {
  const stop = listen(window);
  await open();
  title("One").focus();
  fireEvent.keyDown(title("One"), { key: " " });
  expect(selected()).toEqual(["tsk_One"]);
  fireEvent.keyDown(title("One"), { key: "ArrowDown", shiftKey: true });
  expect(document.activeElement).toBe(title("Two"));
  expect(selected()).toEqual(["tsk_One", "tsk_Two"]);
  fireEvent.keyDown(title("Two"), { key: "a", code: "KeyA", ctrlKey: true });
  expect(selected()).toHaveLength(5);
  fireEvent.keyDown(title("Two"), { key: "Escape" });
  expect(selected()).toEqual([]);
  expect(useStore.getState().page).toBe("mission");
  fireEvent.keyDown(title("Two"), { key: "Escape" });
  expect(useStore.getState().page).toBe("chat");
  stop();
});

test("what a filter hides is not acted upon", async () => {
  const fake = await open();
  fireEvent.click(box("Five"));
  fireEvent.click(box("Four"));
  fireEvent.change(screen.getByRole("searchbox", { name: "Search tasks" }), { target: { value: "nothing like it" } });
  await expect.poll(() => within(bar()).getByRole("status").textContent).toBe("1 selected");
  fireEvent.click(within(bar()).getByRole("button", { name: "Retry" }));
  await expect.poll(() => callsOf(fake, "retryTask")).toEqual([["tsk_Four", "background", null]]);
});

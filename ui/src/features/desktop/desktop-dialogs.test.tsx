import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { DesktopDialogs } from "./desktop-dialogs";

const rows = {
  conversations: [makeConversation({ id: "cnv_1" })],
  tasks: [
    makeTask({ lane: "background", state: "running", title: "Tenders" }),
    makeTask({ lane: "background", state: "queued", title: "Interviews" }),
    makeTask({ lane: "background", state: "completed", title: "Old one" }),
  ],
};

const page = (name: string) => ({ type: "show", conversation_id: null, task_id: null, page: name }) as const;

test("the first close says that work goes on, and the answer goes back", async () => {
  const fake = await openWindow(rows);
  render(<DesktopDialogs />);
  fake.push(page("close"));
  const dialog = await screen.findByRole("dialog", { name: "Meanwhile keeps working in the tray." });
  expect(dialog.textContent).toContain("2 tasks go on.");
  fireEvent.click(screen.getByRole("button", { name: "Quit when I close instead" }));
  await expect.poll(() => callsOf(fake, "closeChoice")).toEqual([[true]]);
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
});

test("without a tray the first close says how to get back", async () => {
  const fake = await openWindow({ ...rows, desktop: { tray: false } });
  render(<DesktopDialogs />);
  fake.push(page("close"));
  expect(await screen.findByText(/Start Meanwhile again to get the window back/)).toBeTruthy();
});

test("quitting names what it would interrupt", async () => {
  const fake = await openWindow(rows);
  render(<DesktopDialogs />);
  fake.push(page("quit"));
  const dialog = await screen.findByRole("dialog", { name: "2 tasks are still working." });
  expect(dialog.textContent).toContain("Tenders");
  expect(dialog.textContent).toContain("Interviews");
  expect(dialog.textContent).not.toContain("Old one");
  expect(dialog.textContent).toContain(
    "When you quit, running answers are cut and go on from there at the next start.",
  );
  fireEvent.click(screen.getByRole("button", { name: "Quit, resume later" }));
  await expect.poll(() => callsOf(fake, "quit")).toEqual([[true]]);
});

test("Stay here leaves everything as it is", async () => {
  const fake = await openWindow(rows);
  render(<DesktopDialogs />);
  await actions.askQuit();
  fireEvent.click(await screen.findByRole("button", { name: "Stay here" }));
  expect(useStore.getState().dialog).toBeNull();
  expect(callsOf(fake, "quit")).toEqual([[false]]);
  expect(callsOf(fake, "closeChoice")).toEqual([]);
});

test("quitting offers to close only the window, and says that work then runs on", async () => {
  const fake = await openWindow(rows);
  render(<DesktopDialogs />);
  await actions.askQuit();
  expect((await screen.findByRole("dialog")).textContent).toContain("only the window is closed, they run on");
  fireEvent.click(screen.getByRole("button", { name: "Close the window" }));
  await expect.poll(() => callsOf(fake, "closeChoice")).toEqual([[false]]);
});

test("a notice that is followed leaves the question behind", async () => {
  const fake = await openWindow(rows);
  render(<DesktopDialogs />);
  fake.push(page("close"));
  await screen.findByRole("dialog");
  const task = rows.tasks[2];
  if (!task) throw new Error("no such row");
  fake.push({ type: "show", conversation_id: task.conversation_id, task_id: task.id, page: null });
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
});

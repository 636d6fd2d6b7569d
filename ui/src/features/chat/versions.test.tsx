import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Toaster } from "../../components/toast";
import { type Fake, makeFake } from "../../ipc/fake";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import type { Node, Task } from "../../ipc/types";
import { actions, connect } from "../../state/actions";
import { initialState, useStore } from "../../state/store";
import { ThreadPane } from "./thread-pane";

const said = (text: string): Node => ({ t: "paragraph", children: [{ t: "text", text }] });
const chat = makeConversation({ id: "cnv_1", title: "Tenders", model: "ollama/qwen3" });
const first = makeTask({ id: "tsk_1", prompt: "First prompt" });
const second = makeTask({ id: "tsk_2", prompt: "Second prompt", turn: 2 });
const third = makeTask({ id: "tsk_3", prompt: "Third prompt", turn: 3 });

beforeEach(() => {
  localStorage.clear();
  useStore.setState(initialState, true);
});
afterEach(cleanup);

async function opened(tasks: Task[] = [first, second, third]): Promise<Fake> {
  const texts = Object.fromEntries(tasks.map((task) => [task.id, [said(`Answer of ${task.id}`)]]));
  const fake = makeFake({ conversations: [chat], tasks, texts });
  render(<ThreadPane />);
  await act(() => connect(fake.client, "cnv_1"));
  return fake;
}

/** Edits the prompt of a task; gives the task of the new version. */
async function edit(task: Task, text: string): Promise<Task> {
  await act(async () => void (await actions.send({ text, lane: "background", editOf: task.id })));
  const made = Object.values(useStore.getState().tasks).find((one) => one.prompt === text);
  if (!made) throw new Error("nothing was sent");
  return made;
}

const prompts = () => [...document.querySelectorAll(".prompt-text")].map((one) => one.textContent);
const press = (name: string) => act(async () => screen.getByRole("button", { name }).click());

test("an edited prompt hides what followed it, and its arrows bring that back", async () => {
  await opened();
  await edit(second, "Other prompt");
  expect(prompts()).toEqual(["First prompt", "Other prompt"]);
  expect(screen.getByRole("group", { name: "Versions of the prompt" }).textContent).toContain("2 / 2");
  await press("Earlier version");
  expect(prompts()).toEqual(["First prompt", "Second prompt", "Third prompt"]);
  expect(screen.getByText("Version 1 of 2")).toBeTruthy();
  expect(document.querySelector(".thread")?.textContent).toContain("Answer of tsk_3");
});

test("the arrow keys go through the versions, and the focus stays where it was", async () => {
  await opened();
  await edit(second, "Other prompt");
  const earlier = screen.getByRole("button", { name: "Earlier version" });
  earlier.focus();
  await act(async () => void fireEvent.keyDown(earlier, { key: "ArrowLeft" }));
  expect(prompts()).toEqual(["First prompt", "Second prompt", "Third prompt"]);
  expect(document.activeElement).toBe(earlier);
  await act(async () => void fireEvent.keyDown(earlier, { key: "ArrowLeft" }));
  await act(async () => void fireEvent.keyDown(earlier, { key: "ArrowRight" }));
  expect(prompts()).toEqual(["First prompt", "Other prompt"]);
});

test("an answer that was made again has versions of its own, and what follows stays", async () => {
  const fake = await opened();
  await act(() => actions.retry("tsk_2", "interactive"));
  expect(prompts()).toHaveLength(3);
  expect(screen.getByRole("group", { name: "Versions of the answer" }).textContent).toContain("2 / 2");
  await press("Earlier version");
  expect(fake.calls.filter((call) => call.name === "showTask").map((call) => call.args)).toEqual([["tsk_2"]]);
  expect(screen.getByText("Version 1 of 2")).toBeTruthy();
});

test("whoever opens a version that was put aside is told, and can have the other one shown again", async () => {
  await opened();
  render(<Toaster />);
  await act(() => actions.retry("tsk_2", "interactive"));
  await act(async () => actions.showTask("tsk_2"));
  expect(await screen.findByText("Another version is shown now, and the chat goes on from it")).toBeTruthy();
  expect(screen.getByText("Version 1 of 2")).toBeTruthy();
  await press("Undo");
  expect(screen.getByText("Version 2 of 2")).toBeTruthy();
});

test("a result that came back in another version is told in its turn, and shown on request", async () => {
  const slow = { ...second, state: "running", lane: "background" } as const;
  const fake = await opened([first, slow]);
  await edit(slow, "Other prompt");
  expect(screen.getByText("Version 1 is still being answered.")).toBeTruthy();
  await act(
    async () => void fake.change("tsk_2", { state: "completed", unread: true, ended_at: "2026-01-01T00:00:00Z" }),
  );
  expect(screen.getByText("There is a new answer in version 1.")).toBeTruthy();
  expect(prompts()).toEqual(["First prompt", "Other prompt"]);
  await press("Show it");
  expect(prompts()).toEqual(["First prompt", "Second prompt"]);
});

test("a notice of a result in another version opens that version", async () => {
  const fake = await opened();
  const other = await edit(second, "Other prompt");
  await act(() => actions.showVersion("tsk_2"));
  await act(async () => fake.push({ type: "show", conversation_id: "cnv_1", task_id: other.id, page: null }));
  expect(prompts()).toEqual(["First prompt", "Other prompt"]);
  expect(useStore.getState().focusTask).toBeNull();
});

test("a task that is gone leads to its chat and nowhere further", async () => {
  const fake = await opened();
  await act(async () => fake.push({ type: "show", conversation_id: "cnv_1", task_id: "tsk_none", page: null }));
  expect(useStore.getState().focusTask).toBeNull();
});

test("what settled is not drawn again when another version is shown", async () => {
  await opened();
  const paragraph = document.querySelector("[data-turn='1'] .text p");
  await edit(second, "Other prompt");
  expect(document.querySelector("[data-turn='1'] .text p")).toBe(paragraph);
});

import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Fake, makeFake } from "../../ipc/fake";
import { makeConversation, makeModel } from "../../ipc/fake-rows";
import { actions, connect } from "../../state/actions";
import { initialState, useStore } from "../../state/store";
import { ThreadPane } from "./thread-pane";

const chat = makeConversation({ id: "cnv_1", title: "Tenders", model: "ollama/qwen3" });

beforeEach(() => {
  localStorage.clear();
  useStore.setState(initialState, true);
});
afterEach(cleanup);

async function opened(): Promise<Fake> {
  const models = ["qwen3", "gemma3"].map((name) => makeModel({ provider: "ollama", name }));
  const fake = makeFake({ conversations: [chat], models });
  render(<ThreadPane />);
  await act(() => connect(fake.client, "cnv_1"));
  return fake;
}

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
const type = (text: string) => fireEvent.change(field(), { target: { value: text } });
const enter = () => act(async () => void fireEvent.keyDown(field(), { key: "Enter" }));
const sent = (fake: Fake) => fake.calls.filter((call) => call.name === "sendMessage").map(({ args }) => args[0]);
const column = (model: string) => within(screen.getByRole("region", { name: `Answer of ${model}` }));

/** Sends a prompt to both models. */
async function compared(): Promise<Fake> {
  const fake = await opened();
  await act(async () => actions.compareWith("cnv_1", "ollama/gemma3"));
  type("Which one is cheaper?");
  await enter();
  return fake;
}

test("/compare asks for a second model, and sends nothing before there is one", async () => {
  const fake = await opened();
  type("/compare Which one is cheaper?");
  await enter();
  expect(sent(fake)).toEqual([]);
  const offered = await screen.findAllByRole("option");
  expect(offered.map((option) => option.dataset.model)).toEqual(["ollama/gemma3"]);
  expect(offered[0]?.getAttribute("aria-selected")).toBe("false");
  fireEvent.click(screen.getByRole("option", { name: /gemma3/ }));
  expect(screen.getByText("qwen3 and gemma3 answer side by side.")).toBeTruthy();
  await enter();
  expect(sent(fake)).toMatchObject([{ text: "Which one is cheaper?", compare_with: "ollama/gemma3" }]);
});

test("/compare is gone once the second model is there, and what is typed next is the prompt", async () => {
  const fake = await opened();
  type("/compare");
  await enter();
  fireEvent.click(await screen.findByRole("option", { name: /gemma3/ }));
  expect(field().value).toBe("");
  await expect.poll(() => document.activeElement === field()).toBe(true);
  type(`${field().value}which is best?`);
  await enter();
  expect(sent(fake)).toMatchObject([{ text: "which is best?", compare_with: "ollama/gemma3" }]);
});

test("the second model is not the first: it is not offered again, and what was chosen is marked", async () => {
  await opened();
  await act(async () => actions.compareWith("cnv_1", "ollama/gemma3"));
  await act(async () => screen.getByRole("button", { name: "Another model" }).click());
  const offered = await screen.findAllByRole("option");
  expect(offered.map((option) => [option.dataset.model, option.getAttribute("aria-selected")])).toEqual([
    ["ollama/gemma3", "true"],
  ]);
  fireEvent.keyDown(screen.getByRole("combobox"), { key: "Escape" });
  await expect.poll(() => document.activeElement === field()).toBe(true);
  await act(async () => screen.getByRole("button", { name: /^Model:/ }).click());
  fireEvent.click(await screen.findByLabelText("Compare with"));
  expect(screen.getAllByRole("option").map((option) => option.dataset.model)).toEqual(["", "ollama/gemma3"]);
});

test("both answers stand side by side, each with a stop and a way to the background of its own", async () => {
  const fake = await compared();
  expect(column("qwen3").getByRole("button", { name: "Stop" })).toBeTruthy();
  const other = column("gemma3").getByRole("button", { name: "Continue in background" });
  await act(async () => other.click());
  const [task] = fake.calls.filter((call) => call.name === "continueInBackground").map(({ args }) => args[0]);
  expect(useStore.getState().tasks[String(task)]).toMatchObject({ model: "ollama/gemma3", lane: "background" });
  expect(document.querySelector(".live-bar")).toBeNull();
});

test("the next prompt is for one model again", async () => {
  const fake = await compared();
  type("And the next?");
  await enter();
  expect(sent(fake)[1]).toMatchObject({ compare_with: null, model: "ollama/qwen3" });
});

test("the answer that is kept is shown alone, and the other stays as a version", async () => {
  const fake = await compared();
  const both = Object.values(useStore.getState().tasks);
  for (const { id } of both) await act(async () => void fake.change(id, { state: "completed", finish_reason: "stop" }));
  const keep = column("gemma3").getByRole("button", { name: "Keep this one" });
  await act(async () => keep.click());
  expect(screen.queryByRole("region", { name: /Answer of/ })).toBeNull();
  expect(screen.getByText("Version 2 of 2")).toBeTruthy();
  await act(async () => screen.getByRole("button", { name: "Earlier version" }).click());
  expect(screen.getByText("Version 1 of 2")).toBeTruthy();
});

test("the answer that the chat goes on from says so, and no other", async () => {
  const fake = await compared();
  const [first, second] = Object.values(useStore.getState().tasks);
  const marked = () =>
    ["qwen3", "gemma3"].filter((name) => column(name).queryByText("The chat goes on from this one") !== null);
  expect(marked(), "there is none yet").toEqual([]);
  const done = { state: "completed", finish_reason: "stop" } as const;
  await act(async () => void fake.change(second?.id ?? "", done));
  expect(marked()).toEqual(["gemma3"]);
  await act(async () => void fake.change(first?.id ?? "", done));
  expect(marked()).toEqual(["qwen3"]);
  // Without a word of an answer there is nothing to go on from.
  await act(async () => void fake.change(first?.id ?? "", { state: "failed" }));
  expect(marked()).toEqual(["gemma3"]);
});

test("one can be asked alone again before anything is sent", async () => {
  const fake = await opened();
  await act(async () => actions.compareWith("cnv_1", "ollama/gemma3"));
  await act(async () => screen.getByRole("button", { name: "Ask one only" }).click());
  type("Hello");
  await enter();
  expect(sent(fake)).toMatchObject([{ compare_with: null }]);
  expect(document.activeElement).toBe(field());
});

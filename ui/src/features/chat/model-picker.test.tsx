import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { FakeRows } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import { listen, register } from "../../keys/registry";
import { actions } from "../../state/actions";
import { rememberedModel } from "../../state/remembered";
import { useStore } from "../../state/store";
import { ModelPicker } from "./model-picker";

const rows: FakeRows = {
  settings: { default_model: "openai/gpt-5" },
  models: [
    {
      provider: "openai",
      name: "gpt-5",
      context: 400_000,
      images: true,
      tools: true,
      price: { input: 1.25, cached: 0.125, output: 10 },
      resumes: true,
    },
    { provider: "openai", name: "gpt-5-mini" },
    { provider: "ollama", name: "qwen3", context: 40_960 },
  ],
};

async function open(more: FakeRows = {}) {
  const fake = await openWindow({ ...rows, ...more });
  render(<ModelPicker conversationId={null} />);
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Model: openai/gpt-5" })));
  return { fake, field: await screen.findByRole("combobox", { name: "Find a model" }) };
}
const options = () => screen.getAllByRole("option").map((option) => option.dataset.model);
const settings = () => useStore.getState().settings;

test("the button names provider and model, and the list says what is known of each", async () => {
  const { fake } = await open();
  expect(screen.getByRole("button", { name: /^Model:/, hidden: true }).textContent).toBe("openai gpt-5");
  expect(await screen.findByText("$1.25 / $10 per million")).toBeTruthy();
  const said = "gpt-5, openai, 400k tokens, $1.25 / $10 per million, images, tools, resumes";
  expect(screen.getByRole("option", { name: said }).getAttribute("aria-selected")).toBe("true");
  expect(screen.getByRole("option", { name: "gpt-5-mini, openai" })).toBeTruthy();
  expect(callsOf(fake, "models")).toHaveLength(1);
});

test("a model that no server lists is asked by its name, and stands in the list while it is chosen", async () => {
  const { field } = await open();
  fireEvent.change(field, { target: { value: "openai/gpt-6-preview" } });
  fireEvent.keyDown(field, { key: "Enter" });
  const button = await screen.findByRole("button", { name: "Model: openai/gpt-6-preview" });
  await act(async () => fireEvent.click(button));
  const chosen = screen.getAllByRole("option").filter((option) => option.getAttribute("aria-selected") === "true");
  expect(chosen.map((option) => option.dataset.model)).toEqual(["openai/gpt-6-preview"]);
});

test("letters find a model, Enter takes it for this chat only", async () => {
  const { field } = await open();
  fireEvent.change(field, { target: { value: "qw" } });
  expect(options()).toEqual(["ollama/qwen3"]);
  await act(async () => fireEvent.keyDown(field, { key: "Enter" }));
  expect(screen.queryByRole("combobox")).toBeNull();
  expect(screen.getByRole("button", { name: "Model: ollama/qwen3" })).toBeTruthy();
  expect(settings().default_model).toBe("openai/gpt-5");
});

test("a model chosen for a new chat is there again in the next window, until it was asked", async () => {
  const { field } = await open();
  fireEvent.change(field, { target: { value: "qw" } });
  await act(async () => fireEvent.keyDown(field, { key: "Enter" }));
  expect(rememberedModel()).toBe("ollama/qwen3");
  await act(() => actions.send({ text: "Why?", lane: "interactive" }));
  expect(rememberedModel()).toBeNull();
});

test("arrows walk from the model of the chat, as far as the list goes", async () => {
  const { field } = await open();
  const marked = () => document.getElementById(field.getAttribute("aria-activedescendant") ?? "")?.dataset.model;
  expect(marked()).toBe("openai/gpt-5");
  fireEvent.keyDown(field, { key: "ArrowUp" });
  expect(marked()).toBe("openai/gpt-5");
  fireEvent.keyDown(field, { key: "ArrowDown" });
  expect(marked()).toBe("openai/gpt-5-mini");
  fireEvent.keyDown(field, { key: "PageDown" });
  expect(marked()).toBe("ollama/qwen3");
});

test("a star is set by keys and by hand, moves nothing at once, and stands first the next time", async () => {
  const { field } = await open();
  fireEvent.keyDown(field, { key: "PageDown" });
  await act(async () => fireEvent.keyDown(field, { key: "d", code: "KeyD", ctrlKey: true }));
  expect(settings().favourites).toEqual(["ollama/qwen3"]);
  expect(options()[2]).toBe("ollama/qwen3");
  const mini = screen.getByRole("option", { name: "gpt-5-mini, openai" });
  await act(async () => fireEvent.click(within(mini).getByTitle("Make it a favourite")));
  expect(settings().favourites).toEqual(["ollama/qwen3", "openai/gpt-5-mini"]);
  fireEvent.keyDown(field, { key: "Escape" });
  await act(async () => fireEvent.click(screen.getByRole("button", { name: /^Model:/ })));
  expect(options()).toEqual(["ollama/qwen3", "openai/gpt-5-mini", "openai/gpt-5"]);
  await act(async () => fireEvent.click(screen.getAllByTitle("No favourite any more")[0] as HTMLElement));
  expect(settings().favourites).toEqual(["openai/gpt-5-mini"]);
});

test("the default for new chats and for background work are chosen in the same place", async () => {
  await open();
  fireEvent.click(screen.getByLabelText("New chats"));
  await act(async () => fireEvent.click(screen.getByRole("option", { name: /^qwen3/ })));
  expect(settings().default_model).toBe("ollama/qwen3");
  fireEvent.click(screen.getByLabelText("Background"));
  await act(async () => fireEvent.click(screen.getByRole("option", { name: "gpt-5-mini, openai" })));
  expect(settings().background_model).toBe("openai/gpt-5-mini");
  await act(async () => fireEvent.click(screen.getByRole("option", { name: "The same as for new chats" })));
  expect(settings().background_model).toBeNull();
});

test("a provider that does not answer is one row with the cause, the age of its list, and another try", async () => {
  // Half an hour more: the time that is shown may be some seconds old.
  const listed_at = new Date(Date.now() - 3.5 * 3_600_000).toISOString();
  const { fake } = await open({
    modelProblems: [
      { provider: "ollama", message: "127.0.0.1:11434 cannot be reached: nothing is listening there", listed_at },
      { provider: "never", message: "the key was refused", listed_at: null },
    ],
  });
  const words = /nothing is listening there\. Its models are listed as it named them 3 h ago\./;
  expect(await screen.findByText(words)).toBeTruthy();
  expect(screen.getByText("The key was refused.")).toBeTruthy();
  expect(options()).toContain("ollama/qwen3");
  await act(async () => fireEvent.click(screen.getAllByText("Try again")[0] as HTMLElement));
  expect(callsOf(fake, "models")).toHaveLength(2);
});

test("what was known is there before anybody answers, and nobody is asked again at each opening", async () => {
  const fake = await openWindow(rows);
  let answer = () => {};
  const real = fake.client.models;
  fake.client.models = () => new Promise((resolve) => (answer = () => resolve(real())));
  render(<ModelPicker conversationId={null} />);
  const button = screen.getByRole("button", { name: /^Model:/ });
  await act(async () => fireEvent.click(button));
  expect(options()).toHaveLength(3);
  expect(screen.getByText("Asking the providers")).toBeTruthy();
  await act(async () => answer());
  expect(screen.queryByText("Asking the providers")).toBeNull();
  fireEvent.keyDown(screen.getByRole("combobox"), { key: "Escape" });
  await act(async () => fireEvent.click(button));
  expect(callsOf(fake, "models")).toHaveLength(1);
});

test("whoever adds a provider while the others are asked gets its models too", async () => {
  const fake = await openWindow(rows);
  const answers: (() => void)[] = [];
  const real = fake.client.models;
  fake.client.models = () => new Promise((resolve) => answers.push(() => resolve(real())));
  const first = actions.loadModels();
  void actions.loadModels();
  void actions.loadModels();
  expect(answers).toHaveLength(1);
  answers[0]?.();
  await expect.poll(() => answers.length).toBe(2);
  expect(useStore.getState().isAskingModels).toBe(true);
  answers[1]?.();
  await first;
  expect(useStore.getState().isAskingModels).toBe(false);
  expect(answers).toHaveLength(2);
});

test("Esc closes the list and stops no answer", async () => {
  const { field } = await open();
  let stopped = 0;
  const ends = [listen(window), register("stop", () => Boolean(++stopped))];
  await act(async () => fireEvent.keyDown(field, { key: "Escape" }));
  expect(screen.queryByRole("combobox")).toBeNull();
  expect(stopped).toBe(0);
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(stopped).toBe(1);
  for (const end of ends) end();
});

test("of 500 models only those in sight are drawn until somebody walks further", async () => {
  const others = Array.from({ length: 499 }, (_, n) => ({ provider: "router", name: `model-${n}` }));
  const models = [...others, { provider: "openai", name: "gpt-5" }];
  const { field } = await open({ models });
  const drawn = options().length;
  expect(drawn).toBeGreaterThan(20);
  expect(drawn).toBeLessThan(100);
  for (let step = 0; step < 70; step += 1) fireEvent.keyDown(field, { key: "PageDown" });
  expect(options()).toHaveLength(500);
});

import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { LocalServer, ProviderRow } from "../../ipc/types";
import { useStore } from "../../state/store";
import { Welcome } from "./welcome";

const local: LocalServer[] = [
  {
    product: "Ollama",
    name: "ollama",
    kind: "ollama",
    base_url: "http://127.0.0.1:11434",
    models: ["qwen3", "gemma3"],
  },
];
const practice: ProviderRow = {
  id: "prv_practice",
  name: "practice",
  kind: "practice",
  base_url: "",
  key_source: "none",
  key_env: null,
  headers: [],
  proxy: null,
  created_at: "2025-11-21T10:00:00.000Z",
};
const fresh = { settings: { welcomed: false, default_model: null, notices: null } };
const settings = () => useStore.getState().settings;

test("three steps: a local model, a first answer, one sent away", async () => {
  const fake = await openWindow({ ...fresh, local });
  render(<Welcome />);
  const server = await screen.findByRole("radio", { name: /Ollama on this computer/ });
  await expect.poll(() => (server as HTMLInputElement).checked).toBe(true);
  fireEvent.change(screen.getByLabelText("Model of Ollama"), { target: { value: "gemma3" } });
  fireEvent.click(screen.getByRole("button", { name: "Test" }));
  expect(await screen.findByText("Answered in 58 ms, 2 models.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Continue" }));

  await screen.findByRole("heading", { name: "Ask it something" });
  expect(settings().default_model).toBe("ollama/gemma3");
  fireEvent.click(screen.getByRole("button", { name: "Ask" }));
  expect(await screen.findByText(/^Queued/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Continue" }));

  await screen.findByRole("heading", { name: "Send one away" });
  fireEvent.click(screen.getByRole("button", { name: /Background/ }));
  expect(await screen.findByText("Got it. We'll keep working on this.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Enable notifications" }));
  await expect.poll(() => useStore.getState().page).toBe("chat");
  expect(settings()).toMatchObject({ welcomed: true, notices: true });
  expect(callsOf(fake, "sendMessage").map(([args]) => (args as { lane: string }).lane)).toEqual([
    "interactive",
    "background",
  ]);
});

test("the practice model needs nothing", async () => {
  const models = [{ provider: "practice", name: "practice" }];
  await openWindow({ ...fresh, providers: [practice], models });
  render(<Welcome />);
  fireEvent.click(screen.getByRole("radio", { name: /Practice model/ }));
  fireEvent.click(screen.getByRole("button", { name: "Continue" }));
  await screen.findByRole("heading", { name: "Ask it something" });
  expect(settings().default_model).toBe("practice/practice");
});

test("a key is tested before it is used, and a refusal is said in place", async () => {
  const fake = await openWindow(fresh);
  fake.refuse("tryProvider", { code: "provider", message: "the provider refused the key" });
  render(<Welcome />);
  fireEvent.click(await screen.findByRole("radio", { name: /with your key/ }));
  fireEvent.change(screen.getByLabelText("Key"), { target: { value: "sk-local-1" } });
  fireEvent.click(screen.getByRole("button", { name: "Test" }));
  expect(await screen.findByText("The provider refused the key.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Test" }));
  fireEvent.change(await screen.findByLabelText("Model"), { target: { value: "gemma3" } });
  fireEvent.click(screen.getByRole("button", { name: "Continue" }));
  await screen.findByRole("heading", { name: "Ask it something" });
  expect(settings().default_model).toBe("openai/gemma3");
  expect(callsOf(fake, "addProvider")).toMatchObject([[{ name: "openai", key: "sk-local-1" }]]);
});

test("every step can be skipped, and what is missing is explained", async () => {
  const fake = await openWindow(fresh);
  render(<Welcome />);
  fireEvent.click(screen.getByRole("button", { name: "Skip, decide later" }));
  expect(await screen.findByText(/No model is set up yet/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Skip" }));
  expect(await screen.findByRole("button", { name: "Choose a model first" })).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Not now" }));
  await expect.poll(() => useStore.getState().page).toBe("chat");
  expect(settings()).toMatchObject({ welcomed: true, default_model: null, notices: false });
  expect(callsOf(fake, "sendMessage")).toEqual([]);
});

test("in each step Enter goes on, and the second one leads back to the first", async () => {
  await openWindow({ settings: { welcomed: false, default_model: "practice/tour" } });
  render(<Welcome />);
  const focused = () => document.activeElement?.textContent;
  expect(focused()).toBe("Continue");
  fireEvent.click(screen.getByRole("button", { name: "Continue" }));
  await screen.findByRole("heading", { name: "Ask it something" });
  expect(focused()).toBe("Ask");
  fireEvent.click(screen.getByRole("button", { name: "Back" }));
  await screen.findByRole("heading", { name: "Which model should answer?" });
  expect(focused()).toBe("Continue");
  fireEvent.click(screen.getByRole("button", { name: "Continue" }));
  fireEvent.click(await screen.findByRole("button", { name: "Ask" }));
  await expect.poll(focused).toBe("Continue");
  fireEvent.click(screen.getByRole("button", { name: "Continue" }));
  await screen.findByRole("heading", { name: "Send one away" });
  expect(focused()).toBe("Enable notifications");
});

test("the keys for the background work in the step that shows them, once", async () => {
  const fake = await openWindow({ settings: { welcomed: false, default_model: "practice/tour" } });
  render(<Welcome />);
  fireEvent.click(screen.getByRole("button", { name: "Continue" }));
  fireEvent.click(await screen.findByRole("button", { name: "Skip" }));
  await screen.findByRole("heading", { name: "Send one away" });
  const press = () =>
    fireEvent.keyDown(document.activeElement ?? window, { key: "Enter", ctrlKey: true, shiftKey: true });
  // Prevented: the button with the focus must not be pressed as well.
  expect(press()).toBe(false);
  press();
  expect(await screen.findByText("Got it. We'll keep working on this.")).toBeTruthy();
  expect(callsOf(fake, "sendMessage")).toMatchObject([[{ lane: "background" }]]);
});

test("what is missing is no longer said once it is there", async () => {
  await openWindow(fresh);
  render(<Welcome />);
  const missing = () => screen.queryByText(/test it first/);
  const goOn = () => fireEvent.click(screen.getByRole("button", { name: "Continue" }));
  fireEvent.click(await screen.findByRole("radio", { name: /with your key/ }));
  goOn();
  await expect.poll(missing).toBeTruthy();
  fireEvent.change(screen.getByLabelText("Key"), { target: { value: "sk-local-1" } });
  fireEvent.keyDown(screen.getByLabelText("Key"), { key: "Enter" });
  await screen.findByLabelText("Model");
  expect(missing()).toBeNull();
  fireEvent.change(screen.getByLabelText("Key"), { target: { value: "sk-local-2" } });
  goOn();
  await expect.poll(missing).toBeTruthy();
  fireEvent.click(screen.getByRole("radio", { name: /Practice model/ }));
  expect(missing()).toBeNull();
});

test("another address is asked in the dialect that is chosen for it", async () => {
  const fake = await openWindow(fresh);
  render(<Welcome />);
  fireEvent.click(await screen.findByRole("radio", { name: /with your key/ }));
  const write = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
  expect(screen.queryByLabelText("It speaks")).toBeNull();
  write("Provider", "custom");
  write("It speaks", "gemini");
  write("Address", "https://gateway.example/v1beta");
  write("The key", "sk-mine");
  fireEvent.keyDown(screen.getByLabelText("The key"), { key: "Enter" });
  await screen.findByLabelText("Model");
  const asked = { kind: "gemini", base_url: "https://gateway.example/v1beta" };
  expect(callsOf(fake, "tryProvider")).toMatchObject([[asked]]);
});

test("a server at another address that wants no key is asked without one", async () => {
  const fake = await openWindow(fresh);
  render(<Welcome />);
  fireEvent.click(await screen.findByRole("radio", { name: /with your key/ }));
  const write = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
  write("Provider", "custom");
  write("Address", "http://127.0.0.1:9911/v1");
  write("Key", "none");
  expect(screen.queryByLabelText("The key")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Test" }));
  await screen.findByLabelText("Model");
  expect(callsOf(fake, "tryProvider")).toMatchObject([[{ base_url: "http://127.0.0.1:9911/v1", key: null }]]);
});

test("Enter in the address tests it, and no other address gets the key", async () => {
  const fake = await openWindow(fresh);
  render(<Welcome />);
  fireEvent.click(await screen.findByRole("radio", { name: /with your key/ }));
  const key = () => screen.getByLabelText<HTMLInputElement>("The key").value;
  const write = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
  write("Key", "sk-of-openai");
  write("Provider", "custom");
  expect(key()).toBe("");
  expect(screen.getByText("The key was taken out: it is for OpenAI.")).toBeTruthy();
  write("The key", "sk-mine");
  write("Address", "https://one.example/v1");
  expect(key()).toBe("sk-mine");
  fireEvent.keyDown(screen.getByLabelText("Address"), { key: "Enter" });
  await screen.findByLabelText("Model");
  expect(callsOf(fake, "tryProvider")).toMatchObject([[{ base_url: "https://one.example/v1", key: "sk-mine" }]]);
  write("Address", "https://api.one.example/v2");
  fireEvent.blur(screen.getByLabelText("Address"));
  expect(key(), "an address that is corrected keeps its key").toBe("sk-mine");
  write("Address", "https://two.example/v1");
  fireEvent.keyDown(screen.getByLabelText("Address"), { key: "Enter" });
  expect(key()).toBe("");
  expect(screen.getByRole("alert").textContent).toBe(
    "The key was taken out: it is for one.example, and this address is of two.example.",
  );
  expect(callsOf(fake, "tryProvider")).toHaveLength(1);
  write("The key", "sk-of-two");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a key without a keychain is said to last for this run, in sight, and nothing else moves", async () => {
  const fake = await openWindow({ ...fresh, desktop: { keychain: false } });
  const add = fake.client.addProvider;
  fake.client.addProvider = async (provider) => ({ ...(await add(provider)), key_source: "session" });
  const seen = vi.spyOn(Element.prototype, "scrollIntoView");
  render(<Welcome />);
  fireEvent.click(await screen.findByRole("radio", { name: /with your key/ }));
  expect(await screen.findByText(/^Kept for this run only/)).toBeTruthy();
  fireEvent.change(screen.getByLabelText("Key"), { target: { value: "sk-local-1" } });
  fireEvent.click(screen.getByRole("button", { name: "Test" }));
  await screen.findByLabelText("Model");
  const goOn = screen.getByRole("button", { name: "Continue" });
  const ways = screen.getAllByRole("radio").length;
  goOn.focus();
  fireEvent.click(goOn);
  const note = await screen.findByText(/so the key is kept for this run only/);
  expect(seen.mock.contexts.at(-1)).toBe(note.closest(".wel-news"));
  expect(document.activeElement).toBe(goOn);
  expect(screen.getAllByRole("radio")).toHaveLength(ways);
  expect(settings().default_model).toBe("openai/qwen3");
  seen.mockRestore();
  await expect.poll(() => goOn.getAttribute("aria-disabled")).toBe("false");
  fireEvent.click(goOn);
  await screen.findByRole("heading", { name: "Ask it something" });
});

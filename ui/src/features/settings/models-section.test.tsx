import { fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { LocalServer, ProviderRow } from "../../ipc/types";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { ModelsSection } from "./models-section";

function Section({ hasKeychain }: { hasKeychain?: boolean | undefined }) {
  const settings = useStore((state) => state.settings);
  return <ModelsSection settings={settings} hasKeychain={hasKeychain} />;
}

async function openForm(rows: Parameters<typeof openWindow>[0] = {}) {
  const fake = await openWindow(rows);
  render(<Section />);
  fireEvent.click(screen.getByRole("button", { name: "Add" }));
  return { fake, form: await screen.findByRole("dialog") };
}

const openai: ProviderRow = {
  id: "prv_1",
  name: "openai",
  kind: "openai-chat",
  base_url: "https://api.openai.com/v1",
  key_source: "keychain",
  key_env: null,
  headers: [],
  proxy: null,
  created_at: "2025-11-21T10:00:00.000Z",
};

const ollama: LocalServer = {
  product: "Ollama",
  name: "ollama",
  kind: "ollama",
  base_url: "http://127.0.0.1:11434",
  models: ["qwen3"],
};

test("a provider is tested live before it is kept", async () => {
  const { fake, form } = await openForm();
  fireEvent.change(within(form).getByLabelText("Provider"), { target: { value: "groq" } });
  fireEvent.change(within(form).getByLabelText("The key"), { target: { value: " gsk-local-1 " } });
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  expect(await within(form).findByText("Answered in 58 ms, 2 models.")).toBeTruthy();
  expect(callsOf(fake, "addProvider")).toEqual([]);

  fireEvent.click(within(form).getByRole("button", { name: "Add" }));
  expect(await screen.findByText("api.groq.com, key in the system keychain")).toBeTruthy();
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(callsOf(fake, "addProvider")).toEqual([
    [
      {
        name: "groq",
        kind: "openai-chat",
        base_url: "https://api.groq.com/openai/v1",
        key: "gsk-local-1",
        key_env: null,
        headers: {},
        proxy: null,
      },
    ],
  ]);
});

test("each known provider is asked in its own dialect", async () => {
  const { fake, form } = await openForm();
  for (const [preset, kind, base_url] of [
    ["openai", "openai-responses", "https://api.openai.com/v1"],
    ["anthropic", "anthropic", "https://api.anthropic.com/v1"],
    ["gemini", "gemini", "https://generativelanguage.googleapis.com/v1beta"],
  ]) {
    fireEvent.change(within(form).getByLabelText("Provider"), { target: { value: preset } });
    expect(within(form).queryByLabelText("It speaks")).toBeNull();
    fireEvent.change(within(form).getByLabelText("The key"), { target: { value: "sk-local-4" } });
    fireEvent.click(within(form).getByRole("button", { name: "Test" }));
    expect(await within(form).findByRole("button", { name: "Add" })).toBeTruthy();
    expect(callsOf(fake, "tryProvider").at(-1)).toMatchObject([{ kind, base_url }]);
  }
});

test("another address speaks chat completions, or what is chosen", async () => {
  const { fake, form } = await openForm();
  fireEvent.change(within(form).getByLabelText("Provider"), { target: { value: "custom" } });
  const speaks = within(form).getByLabelText("It speaks") as HTMLSelectElement;
  expect(speaks.value).toBe("openai-chat");
  fireEvent.change(speaks, { target: { value: "anthropic" } });
  fireEvent.change(within(form).getByLabelText("Name"), { target: { value: "office" } });
  fireEvent.change(within(form).getByLabelText("Address"), { target: { value: "https://gateway.example/v1/" } });
  fireEvent.change(within(form).getByLabelText("The key"), { target: { value: "sk-local-5" } });
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  fireEvent.click(await within(form).findByRole("button", { name: "Add" }));
  await expect
    .poll(() => callsOf(fake, "addProvider"))
    .toMatchObject([[{ name: "office", kind: "anthropic", base_url: "https://gateway.example/v1" }]]);
});

test("a new key changes nothing about what a provider speaks", async () => {
  const anthropic: ProviderRow = {
    ...openai,
    name: "anthropic",
    kind: "anthropic",
    base_url: "https://api.anthropic.com/v1",
  };
  const fake = await openWindow({ providers: [anthropic] });
  render(<Section />);
  fireEvent.keyDown(await screen.findByRole("button", { name: "More for anthropic" }), { key: "Enter" });
  fireEvent.click(await screen.findByRole("menuitem", { name: "Change key, address, headers" }));
  const form = await screen.findByRole("dialog");
  fireEvent.change(within(form).getByLabelText("The key"), { target: { value: "sk-local-6" } });
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  fireEvent.click(await within(form).findByRole("button", { name: "Save" }));
  await expect.poll(() => callsOf(fake, "addProvider")).toMatchObject([[{ name: "anthropic", kind: "anthropic" }]]);
});

test("a second account of a service gets a name of its own, and never takes the place of the first", async () => {
  const fake = await openWindow({ providers: [openai] });
  render(<Section />);
  await screen.findByRole("button", { name: "More for openai" });
  fireEvent.click(screen.getByRole("button", { name: "Add" }));
  const form = await screen.findByRole("dialog");
  const name = within(form).getByLabelText("Name") as HTMLInputElement;
  expect(name.value).toBe("openai-2");
  fireEvent.change(name, { target: { value: "OpenAI" } });
  fireEvent.change(within(form).getByLabelText("The key"), { target: { value: "sk-local-7" } });
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  expect(await within(form).findByText(/There is one of that name/)).toBeTruthy();
  fireEvent.change(name, { target: { value: "work" } });
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  fireEvent.click(await within(form).findByRole("button", { name: "Add" }));
  await expect.poll(() => callsOf(fake, "addProvider")).toMatchObject([[{ name: "work", key: "sk-local-7" }]]);
  expect(await screen.findByRole("button", { name: "More for work" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "More for openai" })).toBeTruthy();
});

test("headers and a proxy belong to one provider, and their values stay unless the address is another", async () => {
  const { fake, form } = await openForm();
  fireEvent.change(within(form).getByLabelText("The key"), { target: { value: "sk-local-8" } });
  fireEvent.click(within(form).getByText("Headers and proxy"));
  fireEvent.click(within(form).getByRole("button", { name: "Add a header" }));
  expect(document.activeElement).toBe(within(form).getByLabelText("Header 1"));
  fireEvent.change(within(form).getByLabelText("Header 1"), { target: { value: "X-Team" } });
  fireEvent.change(within(form).getByLabelText("Proxy"), { target: { value: "proxy:3128" } });
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  expect(await within(form).findByText(/A header has a name without spaces, and a value/)).toBeTruthy();
  expect(within(form).getByText(/Starts with http:\/\/ or https:\/\/, without a password/)).toBeTruthy();
  const value = within(form).getByLabelText("Value of header 1") as HTMLInputElement;
  expect(value.type).toBe("password");
  fireEvent.change(value, { target: { value: "blue" } });
  fireEvent.change(within(form).getByLabelText("Proxy"), { target: { value: "http://proxy.example.org:3128" } });
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  fireEvent.click(await within(form).findByRole("button", { name: "Add" }));
  await expect
    .poll(() => callsOf(fake, "addProvider"))
    .toMatchObject([[{ headers: { "X-Team": "blue" }, proxy: "http://proxy.example.org:3128" }]]);
  expect(await screen.findByText(/with X-Team, through proxy\.example\.org:3128/)).toBeTruthy();

  fireEvent.keyDown(screen.getByRole("button", { name: "More for openai" }), { key: "Enter" });
  fireEvent.click(await screen.findByRole("menuitem", { name: "Change key, address, headers" }));
  const again = await screen.findByRole("dialog");
  expect((within(again).getByLabelText("Header 1") as HTMLInputElement).value).toBe("X-Team");
  const kept = within(again).getByLabelText("Value of header 1") as HTMLInputElement;
  expect([kept.value, kept.placeholder]).toEqual(["", "stays as it is"]);
  fireEvent.change(within(again).getByLabelText("The key"), { target: { value: "sk-local-9" } });
  fireEvent.click(within(again).getByRole("button", { name: "Test" }));
  fireEvent.click(await within(again).findByRole("button", { name: "Save" }));
  await expect.poll(() => callsOf(fake, "addProvider").at(-1)).toMatchObject([{ headers: { "X-Team": "" } }]);
});

test("a change after the test asks for another test", async () => {
  const { form } = await openForm();
  fireEvent.change(within(form).getByLabelText("Provider"), { target: { value: "ollama" } });
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  expect(await within(form).findByRole("button", { name: "Add" })).toBeTruthy();
  fireEvent.change(within(form).getByLabelText("Address"), { target: { value: "http://127.0.0.1:9999/v1" } });
  expect(within(form).getByRole("button", { name: "Test" })).toBeTruthy();
});

test("a refusal is said in place, and what was entered stays", async () => {
  const { fake, form } = await openForm();
  fake.refuse("tryProvider", {
    code: "provider",
    message: "the provider refused the key. Enter another key in the settings, then continue.",
  });
  fireEvent.change(within(form).getByLabelText("The key"), { target: { value: "sk-local-2" } });
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  expect((await within(form).findByRole("alert")).textContent).toBe("The provider refused the key. Enter another key.");
  expect((within(form).getByLabelText("The key") as HTMLInputElement).value).toBe("sk-local-2");
  expect(callsOf(fake, "addProvider")).toEqual([]);
});

test("a corrected address keeps the key, and one of another service says why it does not", async () => {
  const { fake, form } = await openForm();
  const field = (label: string) => within(form).getByLabelText<HTMLInputElement>(label);
  const write = (label: string, value: string) => fireEvent.change(field(label), { target: { value } });
  write("The key", "sk-local-2");
  write("Address", "https://eu.api.openai.com/v1");
  fireEvent.blur(field("Address"));
  expect(field("The key").value).toBe("sk-local-2");
  write("Address", "https://openai.example.org/v1");
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  expect(field("The key").value).toBe("");
  expect(within(form).getByRole("alert").textContent).toBe(
    "The key was taken out: it is for openai.com, and this address is of example.org.",
  );
  expect(callsOf(fake, "tryProvider")).toEqual([]);
});

test("what is missing is named at its field before anything is asked", async () => {
  const { fake, form } = await openForm();
  fireEvent.change(within(form).getByLabelText("Address"), { target: { value: "htp://127.0.0.1" } });
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  expect(within(form).getByText("Starts with htp. Did you mean http?")).toBeTruthy();
  expect(within(form).getByText("Paste the key, or choose that there is none.")).toBeTruthy();
  expect(callsOf(fake, "tryProvider")).toEqual([]);
});

test("a key without a keychain is said to last for this run only", async () => {
  const { fake, form } = await openForm();
  fake.client.addProvider = async (provider) => ({ name: provider.name, key_source: "session" });
  fireEvent.change(within(form).getByLabelText("The key"), { target: { value: "sk-local-3" } });
  fireEvent.click(within(form).getByRole("button", { name: "Test" }));
  fireEvent.click(await within(form).findByRole("button", { name: "Add" }));
  expect(await screen.findByText(/kept for this run only/)).toBeTruthy();
});

test("servers on this computer are found and added with one press", async () => {
  const fake = await openWindow({
    local: [ollama],
  });
  render(<Section />);
  fireEvent.click(screen.getByRole("button", { name: "Detect local servers" }));
  const found = (await screen.findByText("Ollama on this computer")).closest(".set-row") as HTMLElement;
  fireEvent.click(within(found).getByRole("button", { name: "Add" }));
  expect(await screen.findByText("127.0.0.1:11434, no key")).toBeTruthy();
  expect(screen.getByText("All servers that run here are in the list")).toBeTruthy();
  expect(callsOf(fake, "addProvider")).toEqual([
    [{ name: "ollama", kind: "ollama", base_url: "http://127.0.0.1:11434", key: null, key_env: null }],
  ]);
});

test("a server that is known in its other dialect is not found again", async () => {
  const before = { ...openai, name: "ollama", base_url: "http://127.0.0.1:11434/v1" };
  await openWindow({ local: [ollama], providers: [before] });
  render(<Section />);
  await screen.findByText(/^127.0.0.1:11434/);
  fireEvent.click(screen.getByRole("button", { name: "Detect local servers" }));
  expect(await screen.findByText("All servers that run here are in the list")).toBeTruthy();
});

test("a model that thinks for long can be given more time, and the usual again", async () => {
  await openWindow({ models: [{ name: "thinker", provider: "sim" }] });
  render(<Section />);
  fireEvent.click(await screen.findByRole("button", { name: "More time for a model: Choose a model" }));
  fireEvent.click(await screen.findByRole("option", { name: "thinker, sim" }));
  const time = await screen.findByLabelText("Silence of sim/thinker");
  expect(useStore.getState().settings.silence).toEqual({ "sim/thinker": 900 });
  fireEvent.change(time, { target: { value: "3600" } });
  await expect.poll(() => useStore.getState().settings.silence).toEqual({ "sim/thinker": 3600 });
  fireEvent.change(time, { target: { value: "300" } });
  await expect.poll(() => useStore.getState().settings.silence).toEqual({});
});

test("a new key is typed where the cursor is", async () => {
  await openWindow({ providers: [openai] });
  render(<Section />);
  fireEvent.keyDown(await screen.findByRole("button", { name: "More for openai" }), { key: "Enter" });
  fireEvent.click(await screen.findByRole("menuitem", { name: "Change key, address, headers" }));
  await expect.poll(() => document.activeElement).toBe(await screen.findByLabelText("The key"));
});

test("whoever was sent here for the key of a provider finds the cursor in its field, once", async () => {
  await openWindow({ providers: [{ ...openai, id: "prv_0", name: "groq" }, openai] });
  actions.enterKey("openai");
  render(<Section />);
  expect(await screen.findByRole("dialog", { name: "Change openai" })).toBeTruthy();
  await expect.poll(() => document.activeElement).toBe(screen.getByLabelText("The key"));
  expect(useStore.getState()).toMatchObject({ page: "settings", keyFor: null });
});

test("the key of a known provider that was never added is asked for with its address", async () => {
  await openWindow({ providers: [openai] });
  actions.enterKey("groq");
  render(<Section />);
  const form = await screen.findByRole("dialog", { name: "Add groq" });
  expect((within(form).getByLabelText("Address") as HTMLInputElement).value).toBe("https://api.groq.com/openai/v1");
});

test.each([
  [true, /^Kept in the system keychain/],
  [false, /^Kept for this run only/],
  [undefined, /^Never kept in the database/],
])("where a pasted key goes is said as far as it is known: keychain %s", async (hasKeychain, words) => {
  await openWindow();
  render(<Section hasKeychain={hasKeychain} />);
  fireEvent.click(screen.getByRole("button", { name: "Add" }));
  const form = await screen.findByRole("dialog");
  expect(within(form).getByText(words)).toBeTruthy();
});

import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Toaster } from "../../components/toast";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { SendMessage } from "../../ipc/types";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { ThreadPane } from "./thread-pane";

const conversations = [makeConversation({ id: "cnv_1", title: "Tenders", model: "ollama/qwen3" })];
const used = (output_tokens: number, cost_usd: number | null) => ({
  usage: { input_tokens: 900, output_tokens, cost_usd, estimated: false },
});
const tasks = [
  makeTask({ id: "tsk_1", turn: 1, ...used(100, 0.02) }),
  makeTask({ id: "tsk_2", turn: 2, ...used(304, 0.04) }),
  makeTask({ id: "tsk_3", turn: 3, state: "running" }),
];
const facts = () => document.querySelector(".pane-facts")?.textContent;

test("the header says who answers here and what all turns used", async () => {
  const fake = await openWindow({ conversations, tasks }, "cnv_1");
  render(<ThreadPane />);
  expect(facts()).toBe("qwen3, 2 204 tokens with prompts, $0.06");
  // A sum of which a part is not known would be too small.
  fake.change("tsk_2", used(304, null));
  await expect.poll(facts).toBe("qwen3, 2 204 tokens with prompts");
});

test("where a prompt has other versions, the sum says that it is of the one that is shown", async () => {
  const fake = await openWindow({ conversations, tasks: tasks.slice(0, 1) }, "cnv_1");
  render(<ThreadPane />);
  await act(() => actions.send({ text: "Otherwise?", lane: "interactive", editOf: "tsk_1" }));
  const edited = Object.values(useStore.getState().tasks).find((task) => task.prompt === "Otherwise?");
  fake.change(edited?.id ?? "", used(304, null));
  await expect.poll(facts).toBe("qwen3, 1 204 tokens with prompts in this version");
});

test("a chat that is shown in part has no sum, and a new one says nothing", async () => {
  await openWindow({ conversations, tasks, page: 2 }, "cnv_1");
  const { unmount } = render(<ThreadPane />);
  expect(facts()).toBe("qwen3");
  unmount();
  await openWindow({ conversations, tasks });
  render(<ThreadPane />);
  expect(facts()).toBeUndefined();
});

test("a chat is renamed by keyboard, and the focus goes on to the text field", async () => {
  const fake = await openWindow({ conversations }, "cnv_1");
  render(<ThreadPane />);
  fireEvent.keyDown(screen.getByRole("button", { name: "More" }), { key: "Enter" });
  fireEvent.click(await screen.findByRole("menuitem", { name: /Rename/ }));
  const name = await screen.findByRole("textbox", { name: "Name of the chat" });
  fireEvent.change(name, { target: { value: "Heat pumps" } });
  fireEvent.keyDown(name, { key: "Enter" });
  expect(await screen.findByRole("heading", { name: "Heat pumps" })).toBeTruthy();
  expect(callsOf(fake, "renameConversation")).toEqual([["cnv_1", "Heat pumps"]]);
  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Message" }));
});

test("instructions are kept for this chat, and the header says that there are some", async () => {
  const fake = await openWindow({ conversations }, "cnv_1");
  render(<ThreadPane />);
  fireEvent.click(screen.getByRole("button", { name: "Instructions for this chat" }));
  const system = await screen.findByRole("textbox", { name: "System prompt" });
  expect(document.activeElement).toBe(system);
  fireEvent.change(system, { target: { value: " Be brief. " } });
  fireEvent.change(screen.getByRole("spinbutton", { name: "Temperature" }), { target: { value: "3" } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("A number from 0 to 2, or empty")).toBeTruthy();
  fireEvent.change(screen.getByRole("spinbutton", { name: "Temperature" }), { target: { value: "0.5" } });
  fireEvent.keyDown(system, { key: "Enter", ctrlKey: true });
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  const manner = { system: "Be brief.", temperature: 0.5, max_tokens: null };
  expect(callsOf(fake, "setManner")).toEqual([["cnv_1", manner]]);
  expect(facts()).toBe("qwen3, with instructions");
});

test("instructions of a chat that does not exist yet go with its first prompt, and no further", async () => {
  const fake = await openWindow({ conversations, settings: { default_model: "ollama/qwen3" } });
  const manner = { system: "Be brief.", temperature: null, max_tokens: null };
  await actions.setManner(null, manner);
  await actions.send({ text: "Hello", lane: "interactive" });
  await actions.send({ text: "And now?", lane: "interactive" });
  const sent = callsOf(fake, "sendMessage").map(([args]) => (args as SendMessage).manner);
  expect(sent).toEqual([manner, null]);
});

test("instructions that are refused stay in the form with the reason", async () => {
  const fake = await openWindow({ conversations }, "cnv_1");
  render(<ThreadPane />);
  fireEvent.click(screen.getByRole("button", { name: "Instructions for this chat" }));
  const system = await screen.findByRole("textbox", { name: "System prompt" });
  fireEvent.change(system, { target: { value: "Long" } });
  fake.refuse("setManner", { code: "invalid", message: "a system prompt has at most 64 KiB; nothing was changed" });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("A system prompt has at most 64 KiB; nothing was changed.")).toBeTruthy();
  expect(system).toHaveProperty("value", "Long");
});

test("a chat is copied as Markdown from its menu", async () => {
  const fake = await openWindow({ conversations }, "cnv_1");
  render(<ThreadPane />);
  fireEvent.keyDown(screen.getByRole("button", { name: "More" }), { key: "Enter" });
  fireEvent.click(await screen.findByRole("menuitem", { name: "Copy as Markdown" }));
  await expect.poll(() => callsOf(fake, "copyConversation")).toEqual([["cnv_1"]]);
});

test("a chat is exported from its menu, and the file is named when it is there", async () => {
  const fake = await openWindow({ conversations }, "cnv_1");
  render(
    <>
      <ThreadPane />
      <Toaster />
    </>,
  );
  fireEvent.keyDown(screen.getByRole("button", { name: "More" }), { key: "Enter" });
  fireEvent.click(await screen.findByRole("menuitem", { name: "Export as JSON lines" }));
  await expect.poll(() => callsOf(fake, "exportConversation")).toEqual([["cnv_1", "jsonl"]]);
  expect(await screen.findByText("Chat exported.")).toBeTruthy();
  expect(screen.getByText("Chat.jsonl")).toBeTruthy();
});

import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { agentsHere } from "../../ipc/fake-agents";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { Agent } from "../../ipc/types";
import { listen } from "../../keys/registry";
import { actions } from "../../state/actions";
import { recallAgents } from "../../state/agents";
import { useStore } from "../../state/store";
import { ThreadPane } from "./thread-pane";

const chat = makeConversation({ id: "cnv_1", title: "Docs", model: "claude/opus" });
const ferry = "/home/user/ferry";

// What is open gives the focus back a moment after it is gone, which must not be in the next window.
afterEach(async () => {
  cleanup();
  await new Promise((resolve) => setTimeout(resolve));
});

async function opened(conversationId: string | null = "cnv_1", rows = {}) {
  const base = { conversations: [chat], workFolders: [ferry], workFolder: "/home/user/notes" };
  const fake = await openWindow({ ...base, ...rows }, conversationId);
  render(<ThreadPane />);
  return fake;
}

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
const write = (text: string) => fireEvent.change(field(), { target: { value: text } });
const enter = (more = {}) => act(async () => void fireEvent.keyDown(field(), { key: "Enter", ...more }));
const pick = async (name: string | RegExp) => fireEvent.click(await screen.findByRole("radio", { name }));
const open = () => fireEvent.click(screen.getByRole("button", { name: /^No agent|^Agent:/ }));

test("an agent and its folder are chosen beside the model, stay with the chat, and go with each prompt", async () => {
  const fake = await opened();
  open();
  await pick(/^Reviewer/);
  await pick(/ferry\//);
  expect(screen.getByRole("button", { name: "Agent: Reviewer in ferry/" })).toBeTruthy();
  write("Review the parser");
  await enter();
  write("And its tests");
  await enter({ ctrlKey: true, shiftKey: true });
  const agent = { name: "Reviewer", folder: ferry };
  expect(callsOf(fake, "sendMessage")).toMatchObject([
    [{ text: "Review the parser", lane: "interactive", agent }],
    [{ text: "And its tests", lane: "background", agent }],
  ]);
  // As a window that was closed and opened again.
  act(() => useStore.setState({ agentFor: {} }));
  act(() => recallAgents());
  expect(screen.getByRole("button", { name: "Agent: Reviewer in ferry/" })).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Without Reviewer in ferry/" }));
  write("Thanks");
  await enter();
  expect(callsOf(fake, "sendMessage").at(-1)).toMatchObject([{ agent: null }]);
});

test("what is chosen for a new chat stays with it once it has its first prompt", async () => {
  await opened(null);
  open();
  await pick(/^General/);
  fireEvent.click(await screen.findByRole("button", { name: "Choose a folder…" }));
  await screen.findByRole("button", { name: "Agent: General in notes/" });
  write("Tidy up");
  await enter();
  await expect.poll(() => useStore.getState().openConversation).not.toBeNull();
  expect(await screen.findByRole("button", { name: "Agent: General in notes/" })).toBeTruthy();
  act(() => actions.newChat());
  expect(await screen.findByRole("button", { name: "No agent" })).toBeTruthy();
});

test("whoever thinks better of the folder keeps the one before", async () => {
  await opened("cnv_1", { workFolder: null });
  open();
  await pick(/^General/);
  fireEvent.click(await screen.findByRole("button", { name: "Choose a folder…" }));
  await act(async () => undefined);
  expect(useStore.getState().agentFor).toEqual({ cnv_1: { name: "General", folder: null } });
});

test("a plan can be wanted before anything is changed", async () => {
  await opened("cnv_1", { workFolder: null });
  open();
  await pick(/^General/);
  fireEvent.click(await screen.findByRole("switch", { name: "Show me its plan before it changes anything" }));
  expect(useStore.getState().agentFor).toEqual({ cnv_1: { name: "General", folder: null, plan_first: true } });
  expect(screen.queryByRole("switch", { name: /copy/ }), "there is no folder to copy").toBeNull();
});

test("a program as an agent needs no model, works in a folder always, and shows its plan as it likes", async () => {
  const [general] = agentsHere;
  const program = { words: ["helper"], variables: [] };
  const fake = await opened(null, { agents: [{ ...general, name: "Helper", program } as Agent], models: [] });
  useStore.setState((state) => ({ settings: { ...state.settings, default_model: null }, pickedModel: {} }));
  open();
  await pick(/^Helper/);
  expect(await screen.findByRole("button", { name: "Choose a folder…" })).toBeTruthy();
  expect(screen.queryByRole("radio", { name: /^No folder/ })).toBeNull();
  expect(screen.queryByRole("switch", { name: /plan/ })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Choose a folder…" }));
  fireEvent.click(await screen.findByRole("button", { name: "Done" }));
  expect(screen.queryByText(/No model yet/)).toBeNull();
  write("Tidy up");
  await enter();
  expect(callsOf(fake, "sendMessage")).toHaveLength(1);
});

test("your own agents and those you changed are marked", async () => {
  const [general, ...others] = agentsHere;
  const agents = [
    { ...general, source: "remixed", original: "Do it." },
    ...others,
    { ...general, name: "Editor", source: "local" },
  ];
  await opened("cnv_1", { agents });
  open();
  expect((await screen.findByRole("radio", { name: /^General/ })).textContent).toContain("changed by you");
  expect(screen.getByRole("radio", { name: /^Editor/ }).textContent).toContain("yours");
  expect(screen.getByRole("radio", { name: /^Reviewer/ }).textContent).not.toContain("you");
});

test("/agent opens the agents and leaves what stands after it", async () => {
  const fake = await opened();
  const stop = listen(window);
  write("/agent check the links");
  await enter();
  expect(await screen.findByRole("radiogroup", { name: "Agent" })).toBeTruthy();
  expect(field().value).toBe("check the links");
  expect(callsOf(fake, "sendMessage")).toEqual([]);
  stop();
});

test("with an agent there is no batch, no comparison and nothing part by part, and a sentence says why", async () => {
  await opened();
  await act(async () => useStore.setState({ kinds: { claude: "anthropic" } }));
  const batch = () => screen.queryByRole("button", { name: "Half price, within a day" });
  expect(batch()).not.toBeNull();
  await act(async () => actions.chooseAgent("cnv_1", { name: "General", folder: ferry }));
  expect(batch()).toBeNull();
  write("/compare Which is it?");
  await enter();
  expect(screen.getByText("General works alone, so two models cannot answer side by side.")).toBeTruthy();
  await act(async () => actions.attachFiles("cnv_1", [new File(["x".repeat(90_000)], "handbook.pdf")]));
  expect(await screen.findByText(/An agent does not work part by part/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Part by part/ })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Without an agent" }));
  expect(await screen.findByRole("button", { name: /Part by part/ })).toBeTruthy();
});

test("while two models are compared no agent is offered, and the way to one is", async () => {
  await opened();
  await act(async () => actions.compareWith("cnv_1", "claude/haiku"));
  open();
  expect(await screen.findByText(/an agent works alone/)).toBeTruthy();
  expect(screen.queryByRole("radio")).toBeNull();
  fireEvent.click(screen.getAllByRole("button", { name: "Ask one model only" })[0] as HTMLElement);
  expect(await screen.findByRole("radio", { name: /^General/ })).toBeTruthy();
});

test("a new version of a prompt is for the agent that worked on the other", async () => {
  const task = makeTask({ id: "tsk_1", conversation_id: "cnv_1", prompt: "Tidy up", agent: "General", folder: ferry });
  const fake = await opened("cnv_1", { tasks: [task] });
  await act(() => actions.send({ text: "Tidy up the docs", lane: "interactive", editOf: "tsk_1" }));
  expect(callsOf(fake, "sendMessage")).toMatchObject([[{ agent: { name: "General", folder: ferry } }]]);
});

test("arrows walk through the agents from the first press on", async () => {
  await opened();
  open();
  const none = await screen.findByRole("radio", { name: /^No agent/ });
  await screen.findByRole("radio", { name: /^Reviewer/ });
  expect(document.activeElement).toBe(none);
  const down = () => fireEvent.keyDown(document.activeElement as Element, { key: "ArrowDown" });
  down();
  expect(document.activeElement?.textContent).toMatch(/^General/);
  down();
  expect(document.activeElement?.textContent).toMatch(/^Researcher/);
  down();
  expect(document.activeElement?.textContent).toMatch(/^Reviewer/);
});

test("a chat that was begun with an agent elsewhere goes on with it, until nobody is chosen", async () => {
  const task = makeTask({ id: "tsk_1", conversation_id: "cnv_1", agent: "General", folder: ferry });
  const fake = await opened("cnv_1", { tasks: [task] });
  expect(screen.getByRole("button", { name: "Agent: General in ferry/" })).toBeTruthy();
  write("And the tests");
  await enter();
  fireEvent.click(screen.getByRole("button", { name: "Without General in ferry/" }));
  write("Thanks");
  await enter();
  const agent = { name: "General", folder: ferry };
  expect(callsOf(fake, "sendMessage")).toMatchObject([[{ agent }], [{ agent: null }]]);
  expect(screen.getByRole("button", { name: "No agent" })).toBeTruthy();
});

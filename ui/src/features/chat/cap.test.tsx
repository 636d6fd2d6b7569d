import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeModel, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import { actions } from "../../state/actions";
import { ThreadPane } from "./thread-pane";

const stopped = (message: string) =>
  makeTask({
    id: "tsk_1",
    agent: "General",
    state: "waiting",
    reason: "budget",
    error: { code: "budget", message, hint: "", retryable: true },
  });

async function changing(message: string) {
  const fake = await openWindow(
    { conversations: [makeConversation({ id: "cnv_1" })], tasks: [stopped(message)] },
    "cnv_1",
  );
  render(<ThreadPane />);
  fireEvent.click(screen.getByRole("button", { name: "Change the cap" }));
  return { fake, dialog: within(await screen.findByRole("dialog", { name: "Cap for this task" })) };
}

test("where a cap stopped a task in its chat it can be changed, and the one that was reached has the focus", async () => {
  const { fake, dialog } = await changing("Its cap of 100 steps is reached.");
  expect(document.activeElement).toBe(dialog.getByLabelText("Steps"));
  fireEvent.change(dialog.getByLabelText("Steps"), { target: { value: "150" } });
  fireEvent.click(dialog.getByRole("button", { name: "Save" }));
  await expect.poll(() => callsOf(fake, "setBudget")).toMatchObject([["tsk_1", { steps: 150 }]]);
});

test.each([
  ["Its cap of $0.02 is reached.", "Dollars"],
  ["Its cap of $0.02 leaves less than what is asked next may cost, about $0.45 or more.", "Dollars"],
  ["The price of this model is not known, so a cap in dollars cannot be kept.", "Dollars"],
  ["Its cap of 500 written tokens is reached.", "Tokens written"],
  ["Its cap of 90 s at work is reached.", "Minutes of work"],
  ["Its cap of 200 changed files is reached.", "Files changed"],
])("%s: the focus is in %s", async (message, label) => {
  const { dialog } = await changing(message);
  expect(document.activeElement).toBe(dialog.getByLabelText(label));
});

test("where dollars are capped and the price of the model is not known, that is said before sending", async () => {
  const models = [{ name: "own" }, { name: "gpt", price: { input: 2.5, cached: null, output: 10 } }].map((model) =>
    makeModel({ provider: "office", ...model }),
  );
  const conversations = [makeConversation({ id: "cnv_1", model: "office/own" })];
  const settings = { task_budget: { usd: 0.5, tokens: null, seconds: null } };
  await openWindow({ conversations, models, settings }, "cnv_1");
  render(<ThreadPane />);
  const said = () => screen.queryByText(/^The price of own is not known/);
  expect(said()).toBeNull();
  fireEvent.change(screen.getByRole("textbox", { name: "Message" }), { target: { value: "Hello" } });
  await expect.poll(said).not.toBeNull();
  act(() => actions.pickModel("cnv_1", "office/gpt"));
  expect(said()).toBeNull();
  act(() => actions.pickModel("cnv_1", "office/own"));
  await act(() => actions.saveSettings({ task_budget: { usd: null, tokens: 500, seconds: null } }));
  expect(said()).toBeNull();
});

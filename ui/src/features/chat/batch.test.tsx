import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Fake, makeFake } from "../../ipc/fake";
import { type FakeRows, makeConversation, makeTask } from "../../ipc/fake-rows";
import { connect } from "../../state/actions";
import { initialState, useStore } from "../../state/store";
import { ThreadPane } from "./thread-pane";

const chat = makeConversation({ id: "cnv_1", title: "Tides", model: "claude/opus" });

beforeEach(() => useStore.setState(initialState, true));
afterEach(cleanup);

async function opened(rows: FakeRows = {}): Promise<Fake> {
  const fake = makeFake({ conversations: [chat], ...rows });
  render(<ThreadPane />);
  await act(() => connect(fake.client, "cnv_1"));
  await act(() => useStore.setState({ kinds: { claude: "anthropic", openai: "openai-responses" } }));
  return fake;
}

const batch = () => screen.queryByRole("button", { name: "Half price, within a day" });
const argsOf = (fake: Fake, name: string) => fake.calls.filter((call) => call.name === name).map((call) => call.args);
const write = (text: string) =>
  fireEvent.change(screen.getByRole("textbox", { name: "Message" }), { target: { value: text } });

test("half the price is a choice beside the background, and is sent as that", async () => {
  const fake = await opened();
  write("When is high water?");
  await act(async () => batch()?.click());
  expect(argsOf(fake, "sendMessage")[0]?.[0]).toMatchObject({
    text: "When is high water?",
    lane: "background",
    in_batch: true,
    in_parts: false,
  });
  write("And low water?");
  await act(async () => screen.getByRole("button", { name: /^Background/ }).click());
  expect(argsOf(fake, "sendMessage")[1]?.[0]).toMatchObject({ lane: "background", in_batch: false });
});

test("it is no choice for a model that answers in no batches, nor with one beside it", async () => {
  await opened();
  expect(batch()).not.toBeNull();
  await act(() => useStore.setState({ compareWith: { cnv_1: "openai/gpt" } }));
  expect(batch()).toBeNull();
  await act(() => useStore.setState({ compareWith: {}, pickedModel: { cnv_1: "openai/gpt" } }));
  expect(batch()).toBeNull();
});

test("a batch that expired is asked for once more, or answered now at full price", async () => {
  const error = {
    code: "expired",
    message: "The provider did not come to it within a day.",
    hint: "Your prompt is kept. Ask for another batch, or for an answer now, at full price.",
    retryable: false,
  };
  const task = makeTask({
    id: "tsk_1",
    model: "claude/opus",
    lane: "background",
    state: "waiting",
    reason: "interrupted",
    in_batch: true,
    error,
  });
  const fake = await opened({ tasks: [task] });
  expect(screen.getByText(error.message)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Ask for another batch" })).toBeTruthy();
  await act(async () => screen.getByRole("button", { name: "Ask now, at full price" }).click());
  expect(argsOf(fake, "retryTask")).toEqual([["tsk_1", "interactive", null]]);
});

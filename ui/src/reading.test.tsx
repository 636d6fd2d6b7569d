import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { App } from "./app";
import { type Fake, makeFake } from "./ipc/fake";
import { makeConversation, makeTask } from "./ipc/fake-rows";
import { listen } from "./keys/registry";
import { connect } from "./state/actions";
import { initialState, useStore } from "./state/store";

const RESULTS = 10;

let stopListening = () => {};
beforeEach(() => {
  localStorage.clear();
  useStore.setState(initialState, true);
  stopListening = listen(window);
});
afterEach(() => {
  cleanup();
  stopListening();
});

const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 9, minute)).toISOString();

/** Ten results in ten chats, that came back one minute after the other; another was seen already. */
async function opened(): Promise<Fake> {
  const numbers = [...Array(RESULTS).keys()];
  const tasks = numbers.map((n) =>
    makeTask({
      id: `tsk_${n}`,
      conversation_id: `cnv_${n}`,
      title: `Result ${n}`,
      state: n === 3 ? "failed" : "completed",
      lane: "background",
      ended_at: at(n),
      unread: true,
    }),
  );
  const seen = makeTask({ id: "tsk_seen", conversation_id: "cnv_0", state: "completed", lane: "background" });
  const fake = makeFake({
    conversations: numbers.map((n) => makeConversation({ id: `cnv_${n}`, title: `Chat ${n}` })),
    // The newest first, as nobody wants to read them.
    tasks: [seen, ...tasks.reverse()],
  });
  render(<App isQuickAsk={false} />);
  await act(() => connect(fake.client, null));
  return fake;
}

/** Where the focus is, as for a real key. */
const press = (key: string, more: object = {}) =>
  act(async () => void fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more }));
/** Enter on a button is a click, which this DOM does not make by itself. */
const enter = async () => {
  await press("Enter");
  await act(async () => (document.activeElement as HTMLElement).click());
};
const callsOf = (fake: Fake, name: string) => fake.calls.filter((call) => call.name === name).map((call) => call.args);
/** By its class: looking for roles in a whole window takes a second each on a busy computer. */
const bar = () => document.querySelector(".reading");
const place = () => bar()?.getAttribute("aria-label");

test("ten results are read with one key for each, in the order in which they came back", async () => {
  const fake = await opened();
  let keys = 1;
  await press("n", { code: "KeyN", ctrlKey: true, altKey: true });
  const read: string[] = [];
  while (bar()) {
    read.push(useStore.getState().openConversation ?? "");
    expect(document.activeElement?.textContent).toContain("Accept");
    await enter();
    keys += 1;
    expect(keys).toBeLessThanOrEqual(2 * RESULTS);
  }
  expect(read).toEqual([...Array(RESULTS).keys()].map((n) => `cnv_${n}`));
  expect(keys).toBe(RESULTS + 1);
  expect(callsOf(fake, "markSeen").map(([id]) => id)).toEqual(read.map((id) => id.replace("cnv", "tsk")));
  expect(Object.values(useStore.getState().tasks).some((task) => task.unread)).toBe(false);
});

test("one key each goes back, keeps aside, discards, asks again and ends", async () => {
  const fake = await opened();
  await act(async () => screen.getByText("Read 10 new results").click());
  await press("ArrowRight");
  expect(place()).toBe("New result 2 of 10");
  await press("k");
  expect(place()).toBe("New result 1 of 10");
  await press("a");
  await press("d");
  await press("r");
  expect(callsOf(fake, "placeAnswer")).toEqual([
    ["tsk_0", "aside"],
    ["tsk_1", "discarded"],
  ]);
  expect(callsOf(fake, "retryTask")).toEqual([["tsk_2", "background", null]]);
  expect(place()).toBe("New result 4 of 10");
  await press("a");
  expect(callsOf(fake, "placeAnswer").length).toBe(2);
  await press("Escape");
  expect(bar()).toBeNull();
  expect(useStore.getState().tasks.tsk_4?.unread).toBe(true);
});

test("with nothing new there is nothing to read, and that is said", async () => {
  const fake = makeFake({ conversations: [makeConversation({ id: "cnv_1" })] });
  render(<App isQuickAsk={false} />);
  await act(() => connect(fake.client, null));
  await press("n", { code: "KeyN", ctrlKey: true, altKey: true });
  expect(bar()).toBeNull();
  expect(screen.getByText("There is nothing new to read.")).toBeTruthy();
});

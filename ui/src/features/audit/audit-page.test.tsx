import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Fake, makeFake } from "../../ipc/fake";
import { type FakeRows, makeConversation, makeTask } from "../../ipc/fake-rows";
import type { Watched } from "../../ipc/types";
import { connect } from "../../state/actions";
import { initialState, useStore } from "../../state/store";
import { AuditPage } from "./audit-page";

const one = (change: Partial<Watched> = {}): Watched => ({
  task_id: "tsk_1",
  conversation_id: "cnv_1",
  title: "Why do pumps hum?",
  model: "ollama/qwen3",
  ended_at: new Date(Date.now() - 3_600_000).toISOString(),
  took_ms: 75_000,
  signs: [],
  miss: "wording",
  ...change,
});
const research = [{ shape: "research", count: null }] as const;

beforeEach(() => useStore.setState(initialState, true));
afterEach(cleanup);

async function opened(rows: FakeRows): Promise<Fake> {
  const fake = makeFake({
    conversations: [makeConversation({ id: "cnv_1" })],
    tasks: [makeTask({ id: "tsk_1" })],
    ...rows,
  });
  await act(() => connect(fake.client, null));
  await act(async () => void render(<AuditPage />));
  return fake;
}

const text = () => document.body.textContent ?? "";

test("nothing long is one sentence", async () => {
  await opened({});
  expect(screen.getByRole("status").textContent).toBe(
    "Nothing took half a minute or more in the last 7 days while you watched.",
  );
  expect(screen.queryByRole("list")).toBeNull();
});

test("each answer says why it was not suggested, and leads to where it was asked", async () => {
  const watched = [
    one(),
    one({ task_id: "tsk_2", miss: null, signs: [...research] }),
    one({ task_id: "tsk_3", miss: "gap" }),
    one({ task_id: "tsk_4", miss: "false_positive", took_ms: 9_000, signs: [...research] }),
  ];
  await opened({ audit: { watched, offer_again: [], offer_no_more: [] } });
  expect(screen.getByRole("status").textContent).toBe(
    "3 long answers in the last 7 days while you watched. For 2 of them the background was not suggested. 1 false alarm: suggested, and short.",
  );
  expect(text()).toContain("nothing in its words says that it takes long");
  expect(text()).toContain("you chose to watch");
  expect(text()).toContain("False alarm: suggested as research");
  await act(async () => screen.getAllByRole("button", { name: "View" })[0]?.click());
  expect(useStore.getState()).toMatchObject({ page: "chat", openConversation: "cnv_1" });
});

test("a rule changes only when its button is pressed", async () => {
  const offers = { never: false, without: ["research" as const], hint_seen: true };
  const watched = [one({ miss: "contract", signs: [...research] })];
  await opened({ settings: { offers }, audit: { watched, offer_again: ["research"], offer_no_more: ["document"] } });
  expect(text()).toContain("Not suggested: you switched that off (research).");
  const without = () => useStore.getState().settings.offers.without;
  expect(without()).toEqual(["research"]);
  await act(async () => screen.getByRole("button", { name: "Offer for research from now on" }).click());
  expect(without()).toEqual([]);
  await act(async () => screen.getByRole("button", { name: "Do not offer for long documents any more" }).click());
  expect(without()).toEqual(["document"]);
});

test("what cannot be read says so and can be tried again", async () => {
  const fake = makeFake({});
  fake.refuse("audit", { code: "storage", message: "the disk is gone" });
  await act(() => connect(fake.client, null));
  await act(async () => void render(<AuditPage />));
  expect(screen.getByRole("alert").textContent).toContain("could not be read. The disk is gone.");
  await act(async () => screen.getByRole("button", { name: "Try again" }).click());
  expect(screen.getByRole("status").textContent).toContain("Nothing took");
});

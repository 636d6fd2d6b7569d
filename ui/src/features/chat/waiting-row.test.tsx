import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeApproval } from "../../ipc/fake-agents";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { Task } from "../../ipc/types";
import { ThreadPane } from "./thread-pane";

const chat = makeConversation({ id: "cnv_1", title: "Docs" });
const waiting: Partial<Task> = { state: "waiting", reason: "approval", approvals: 1 };

async function opened(change: Partial<Task> = waiting, asked = [makeApproval()]) {
  const task = makeTask({ id: "tsk_1", agent: "General", folder: "/home/user/ferry", lane: "background", ...change });
  const approvals = change.state === "waiting" ? asked : [];
  const fake = await openWindow({ conversations: [chat], tasks: [task], approvals }, "cnv_1");
  render(<ThreadPane />);
  return fake;
}

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
const enter = (more = {}) => act(async () => void fireEvent.keyDown(field(), { key: "Enter", ...more }));
const write = (text: string) => fireEvent.change(field(), { target: { value: text } });
const tell = () => screen.getByRole("button", { name: "Tell the agent" });

test("what is written while an agent waits here is told to it, or asked anew, as you say", async () => {
  const fake = await opened();
  write("Mind my tone");
  await enter();
  expect(callsOf(fake, "sendMessage"), "nothing begins by itself").toEqual([]);
  expect(screen.getByText(/^General waits for you here\./)).toBeTruthy();
  expect(document.activeElement).toBe(tell());
  await act(async () => tell().click());
  expect(callsOf(fake, "say")).toEqual([["tsk_1", "Mind my tone"]]);
  expect([field().value, document.activeElement]).toEqual(["", field()]);

  write("What is a ferry?");
  await enter({ ctrlKey: true, shiftKey: true });
  await act(async () => screen.getByRole("button", { name: "Ask anew" }).click());
  expect(callsOf(fake, "sendMessage")).toMatchObject([[{ text: "What is a ferry?", lane: "background" }]]);
  expect(callsOf(fake, "say")).toHaveLength(1);
});

test("whoever writes on, or thinks better of it, keeps the text", async () => {
  const fake = await opened();
  write("Mind my tone");
  await enter();
  fireEvent.keyDown(tell(), { key: "Escape" });
  expect(screen.queryByRole("button", { name: "Tell the agent" })).toBeNull();
  expect([field().value, document.activeElement]).toEqual(["Mind my tone", field()]);
  await enter();
  fake.refuse("say", { code: "illegal_step", message: "a task that is completed cannot take the step resume" });
  await act(async () => tell().click());
  expect(screen.getByText("A task that is completed cannot take the step resume.")).toBeTruthy();
  write("Mind my tone, please");
  expect(screen.queryByRole("button", { name: "Tell the agent" })).toBeNull();
});

test("what is told to an agent that asks something leaves its question open, and that is said", async () => {
  const fake = await opened({ ...waiting, reason: "question" });
  write("Mind my tone");
  await enter();
  expect(screen.getByText(/^General waits for an answer\. Is this the answer, a remark/)).toBeTruthy();
  await act(async () => tell().click());
  expect(fake.task("tsk_1")).toMatchObject({ state: "waiting", approvals: 1 });
});

test("what was meant as the answer to its one question is given as that", async () => {
  const detail = { kind: "question" as const, text: "Which tone?", options: [] };
  const fake = await opened({ ...waiting, reason: "question" }, [makeApproval({ detail })]);
  write("A friendly one");
  await enter();
  await act(async () => (await screen.findByRole("button", { name: "Answer with this" })).click());
  expect(callsOf(fake, "decide")).toMatchObject([
    [expect.any(Number), "allow_once", expect.any(String), "A friendly one"],
  ]);
  expect(field().value).toBe("");
});

test("beside an agent at work the next prompt is asked at once", async () => {
  const fake = await opened({ state: "running" });
  write("What is a ferry?");
  await enter();
  expect(callsOf(fake, "sendMessage")).toHaveLength(1);
});

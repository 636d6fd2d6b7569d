import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { openWindow } from "../../ipc/open-window";
import type { Node } from "../../ipc/types";
import { listen, runShortcut } from "../../keys/registry";
import { findAll } from "./find-in-thread";
import { ThreadPane } from "./thread-pane";

const p = (words: string): Node => ({ t: "paragraph", children: [{ t: "text", text: words }] });

async function find() {
  const first = makeTask({ prompt: `About herons. ${"More of it. ".repeat(200)}A heron in the end.` });
  const second = makeTask({ turn: 2, prompt: "And pumps?" });
  const tasks = [first, second];
  const texts = {
    [first.id]: [p("word ".repeat(2_100)), p("The grey HERON.")],
    [second.id]: [p("A pump."), p("Nothing on her"), p("on that.")],
  };
  await openWindow({ conversations: [makeConversation({ id: "cnv_1" })], tasks, texts }, "cnv_1");
  render(<ThreadPane />);
  const end = listen(window);
  const message = screen.getByRole("textbox", { name: "Message" });
  message.focus();
  fireEvent.keyDown(message, { key: "f", ctrlKey: true });
  const field = screen.getByRole<HTMLInputElement>("textbox", { name: "Find in this chat" });
  const press = (key: string, more = {}) => act(async () => void fireEvent.keyDown(field, { key, ...more }));
  const type = (value: string) => act(async () => void fireEvent.change(field, { target: { value } }));
  const said = () => field.parentElement?.querySelector("[role=status]")?.textContent;
  return { message, field, press, type, said, end };
}

test("what is looked for is counted in prompts and answers, and walked through in a circle", async () => {
  const { field, press, type, said, end } = await find();
  expect(document.activeElement).toBe(field);
  await type("heron");
  expect(said()).toBe("1 of 3");
  await press("Enter");
  expect(said()).toBe("2 of 3");
  await press("F3");
  expect(said()).toBe("3 of 3");
  await press("Enter");
  expect(said()).toBe("1 of 3");
  await press("F3", { shiftKey: true });
  expect(said()).toBe("3 of 3");
  await type("cranes");
  expect(said()).toBe("Not found");
  end();
});

test("what is folded is unfolded when the place is in it, a prompt as well as an answer", async () => {
  const { press, type, end } = await find();
  await type("heron");
  expect(screen.getByRole("button", { name: "Show all of it" })).toBeTruthy();
  await press("Enter");
  expect(await screen.findByRole("button", { name: "Show less" })).toBeTruthy();
  const block = screen.getByText("The grey HERON.");
  expect(block.hidden).toBe(true);
  await press("Enter");
  expect(block.hidden).toBe(false);
  expect(block.classList.contains("is-found"), "without marks for words the block is marked").toBe(true);
  end();
});

test("Esc closes it and gives the focus back, and stops nothing", async () => {
  const { message, press, end } = await find();
  await press("Escape");
  const bar = () => screen.queryByRole("textbox", { name: "Find in this chat" });
  expect(bar()).toBeNull();
  expect(document.activeElement).toBe(message);
  act(() => runShortcut("find"));
  expect(document.activeElement).toBe(bar());
  end();
});

test("an answer that arrives meanwhile is looked through too", async () => {
  const { type, said, end } = await find();
  await type("a pump");
  expect(said()).toBe("1 of 1");
  const answer = screen.getByText("A pump.");
  answer.after(Object.assign(document.createElement("p"), { textContent: "Another: a pump." }));
  await expect.poll(said).toBe("1 of 2");
  end();
});

test("words are found over the edges of what they are drawn with, and not from one block into the next", () => {
  const root = document.createElement("div");
  const place = document.createElement("div");
  place.className = "answer-text";
  const bold = Object.assign(document.createElement("b"), { textContent: "heat" });
  const first = document.createElement("p");
  first.append("The ", bold, " pump, her");
  place.append(first, Object.assign(document.createElement("p"), { textContent: "on time" }));
  root.append(place);
  expect(findAll(root, "HEAT P").map(String)).toEqual(["heat p"]);
  expect(findAll(root, "heron")).toEqual([]);
  expect(findAll(root, " ")).toEqual([]);
});

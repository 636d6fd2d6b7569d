import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { openWindow } from "../../ipc/open-window";
import type { Node, SearchHit } from "../../ipc/types";
import { actions } from "../../state/actions";
import { findWords } from "./found";
import { ThreadPane } from "./thread-pane";

const p = (...children: Node[]): Node => ({ t: "paragraph", children });
const text = (words: string): Node => ({ t: "text", text: words });
const heading = (words: string): Node => ({ t: "heading", level: 2, children: [text(words)] });

function element(html: (root: HTMLElement) => void): HTMLElement {
  const root = document.createElement("div");
  html(root);
  return root;
}

test("words are found over the edges of what they are drawn with, whatever their case", () => {
  const root = element((root) => {
    const bold = document.createElement("b");
    bold.textContent = "heat";
    root.append("The ", bold, " pump");
  });
  expect(findWords(root, "heat pump")?.toString()).toBe("heat pump");
  expect(findWords(root, "HEAT P")?.toString()).toBe("heat p");
  expect(findWords(root, "cold")).toBeNull();
  expect(findWords(root, "")).toBeNull();
});

test("a place that was found opens its chat and marks the words, also in a folded part", async () => {
  const steps = ["Pages 1–9", "All in all"].map((label) => ({
    label,
    state: "done" as const,
    fact: null,
    started_at: null,
    ended_at: null,
  }));
  const task = makeTask({
    id: "tsk_1",
    state: "completed",
    lane: "background",
    steps,
    progress: { done: 2, total: 2, unit: "parts", label: "" },
  });
  const nodes = [heading("Pages 1–9"), p(text("The grey heron.")), heading("All in all"), p(text("A bird."))];
  await openWindow({ conversations: [makeConversation({ id: "cnv_1" })], tasks: [task], texts: { tsk_1: nodes } });
  render(<ThreadPane />);
  const hit: SearchHit = {
    conversation_id: "cnv_1",
    title: "Birds",
    role: "assistant",
    turn: 1,
    task_id: "tsk_1",
    file: null,
    at: task.created_at,
    snippet: [
      { text: "The ", is_found: false },
      { text: "grey heron", is_found: true },
    ],
  };
  actions.openFound(hit);
  const block = await screen.findByText("The grey heron.");
  await expect.poll(() => block.classList.contains("is-found")).toBe(true);
  expect(block.closest("details")?.open).toBe(true);
});

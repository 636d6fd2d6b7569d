import { expect, test } from "vitest";
import type { Node } from "../ipc/types";
import { applyTextChange, mountText, replaceTexts, showResultFirst } from "./texts";

const heading = (words: string): Node => ({ t: "heading", level: 2, children: [{ t: "text", text: words }] });
const p = (words: string): Node => ({ t: "paragraph", children: [{ t: "text", text: words }] });

const nodes = [heading("Pages 1–9"), p("One."), heading("Pages 10–18"), p("Two."), heading("All in all"), p("Three.")];
const view = { task_id: "tsk_1", attempt: 3, nodes, words: 12 };

function mounted(): HTMLElement {
  const parent = document.createElement("div");
  mountText("tsk_1", parent, true);
  return parent.firstElementChild as HTMLElement;
}

test("what the parts came to stands first, and the parts are folded below it", () => {
  replaceTexts([view]);
  const host = mounted();
  showResultFirst("tsk_1", "All in all", 2);
  expect([...host.children].map((block) => block.textContent)).toEqual([
    "All in all",
    "Three.",
    "2 partsPages 1–9One.Pages 10–18Two.",
  ]);
  const parts = host.querySelector("details");
  expect([parts?.open, parts?.querySelector("summary")?.textContent]).toEqual([false, "2 parts"]);
});

test("a text that changes after all is put back first, so that every patch finds its place", () => {
  replaceTexts([view]);
  const host = mounted();
  showResultFirst("tsk_1", "All in all", 2);
  applyTextChange({
    change: "patches",
    task_id: "tsk_1",
    words: 13,
    patches: [{ op: "text", path: [1, 0], text: " More." }],
  });
  expect(host.querySelector("details")?.textContent).toContain("One. More.");
  applyTextChange({ change: "whole", ...view });
  expect([...host.children].map((block) => block.nodeName).at(-1)).toBe("DETAILS");
});

test("without such a heading everything stays as it is", () => {
  replaceTexts([{ ...view, nodes: nodes.slice(0, 4) }]);
  const host = mounted();
  showResultFirst("tsk_1", "All in all", 2);
  expect(host.querySelector("details")).toBeNull();
});

test("of a long answer in parts the parts are folded, and never what they came to", () => {
  const long = p("word ".repeat(1_500));
  const all = [
    heading("Pages 1–9"),
    long,
    heading("Pages 10–18"),
    long,
    heading("All in all"),
    p("Three."),
    p("Four."),
  ];
  replaceTexts([{ ...view, nodes: all, words: 3_010 }]);
  const host = mounted();
  showResultFirst("tsk_1", "All in all", 2);
  const shown = [...host.children].filter((block) => !(block as HTMLElement).hidden);
  expect(shown.map((block) => (block.nodeName === "DETAILS" ? "DETAILS" : block.textContent))).toEqual([
    "All in all",
    "Three.",
    "Four.",
    "DETAILS",
  ]);
  expect(host.querySelector("details [hidden]"), "whoever opens the parts sees all of them").toBeNull();
  expect(host.querySelector(".fold-note")).toBeNull();
});

test("parts that were unfolded stay so when the text is drawn again", () => {
  replaceTexts([view]);
  const host = mounted();
  showResultFirst("tsk_1", "All in all", 2);
  const parts = () => host.querySelector("details") as HTMLDetailsElement;
  parts().open = true;
  applyTextChange({ change: "whole", ...view });
  expect(parts().open).toBe(true);
  parts().open = false;
  applyTextChange({ change: "whole", ...view });
  expect(parts().open).toBe(false);
});

import { beforeEach, expect, test } from "vitest";
import type { Node, Patch } from "../ipc/types";
import { applyTextChange, drawWhole, lastCodeOf, mountText, replaceTexts } from "./texts";

const text = (value: string): Node => ({ t: "text", text: value });
const p = (...children: Node[]): Node => ({ t: "paragraph", children });
const line = (value: string): Node => ({ t: "line", children: value ? [text(value)] : [] });
const code = (...lines: string[]): Node => ({ t: "code", lang: "js", children: lines.map(line) });
const view = (task_id: string, nodes: Node[], words = 1) => ({ task_id, attempt: 1, nodes, words });

/** The blocks of an answer that are shown. */
const SHOWN = ".text > :not([hidden], .fold-note)";

beforeEach(() => {
  document.body.replaceChildren();
  replaceTexts([]);
});

test("code over 40 lines folds when it is opened, not while it arrives, and unfolds whole", () => {
  const lines = Array.from({ length: 41 }, (_, at) => `line ${at}`);
  replaceTexts([view("t1", [code(...lines)]), view("t2", [code(...lines)])]);
  mountText("t2", document.body, false);
  expect(document.querySelectorAll(".line[hidden]").length).toBe(0);
  document.body.replaceChildren();
  mountText("t1", document.body, true);
  expect(document.querySelectorAll(".line[hidden]").length).toBe(1);
  const button = document.querySelector<HTMLElement>("[data-act=unfold]");
  expect(button?.textContent).toBe("Show 41 lines");
  button?.click();
  expect(document.querySelectorAll(".line[hidden]").length).toBe(0);
  expect(document.querySelector("[data-act=unfold]")).toBeNull();
});

test("an answer over 2 000 words shows its first part and says how long it is", () => {
  const block = p(text("word ".repeat(900)));
  replaceTexts([view("t1", [block, block, block, block], 3_600)]);
  mountText("t1", document.body, true);
  expect(document.querySelectorAll(SHOWN).length).toBe(3);
  expect(document.querySelector(".fold-note")?.textContent).toContain("The first 2 000 are shown");
  document.querySelector<HTMLElement>("[data-act=unfold]")?.click();
  expect(document.querySelectorAll(SHOWN).length).toBe(4);
});

test("the folded end of a long answer is drawn for who looks for words in it, and stays folded", () => {
  const block = p(text("word ".repeat(2_100)));
  replaceTexts([view("t1", [block, p(text("night ferry")), code("let a")], 2_105)]);
  mountText("t1", document.body, true);
  expect(document.body.textContent).not.toContain("night ferry");
  drawWhole();
  expect(document.body.textContent).toContain("night ferry");
  expect(document.querySelectorAll(SHOWN).length).toBe(1);
  expect(document.querySelector(".text")?.lastElementChild?.className).toBe("fold-note");
});

test("the last code of a long answer is its last, also where that is folded", () => {
  replaceTexts([view("t1", [code("first"), p(text("word ".repeat(2_100))), code("last")], 2_104)]);
  mountText("t1", document.body, true);
  expect(lastCodeOf("t1")).toBe("last");
});

test("a folded answer that goes on grows where it ended", () => {
  replaceTexts([view("t1", [p(text("word ".repeat(2_100))), p(text("an end"))], 2_102)]);
  mountText("t1", document.body, true);
  const patches: Patch[] = [{ op: "text", path: [1, 0], text: " and more" }];
  applyTextChange({ change: "patches", task_id: "t1", words: 2_104, patches });
  expect(document.querySelectorAll(".text > p")[1]?.textContent).toBe("an end and more");
});

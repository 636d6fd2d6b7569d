import { beforeEach, expect, test, vi } from "vitest";
import { everything } from "../ipc/demo-text";
import type { Node, Patch } from "../ipc/types";
import { build } from "./build";
import { markEnd } from "./caret";
import { applyPatches, drawAll } from "./patch";
import { applyTextChange, connectTexts, lastCodeOf, mountText, replaceTexts, wordsOf } from "./texts";

const text = (value: string): Node => ({ t: "text", text: value });
const p = (...children: Node[]): Node => ({ t: "paragraph", children });
const line = (value: string): Node => ({ t: "line", children: value ? [text(value)] : [] });
const code = (...lines: string[]): Node => ({ t: "code", lang: "js", children: lines.map(line) });
const cell = (value: string, head = false): Node => ({ t: "cell", head, children: [text(value)] });
const item = (...children: Node[]): Node => ({ t: "item", children });

function drawn(...nodes: Node[]): HTMLElement {
  const host = document.createElement("div");
  drawAll(host, nodes);
  return host;
}

function patched(nodes: Node[], ...patches: Patch[]): HTMLElement {
  const host = drawn(...nodes);
  applyPatches(host, patches);
  return host;
}

beforeEach(() => {
  document.body.replaceChildren();
  replaceTexts([]);
});

test("text is shown as text, whatever it looks like", () => {
  const host = drawn(p(text("<img src=x onerror=alert(1)>")));
  expect(host.querySelector("img")).toBeNull();
  expect(host.textContent).toBe("<img src=x onerror=alert(1)>");
});

test("every kind of node is drawn as exactly one element or text node", () => {
  expect(drawn(...everything).childNodes.length).toBe(everything.length);
  for (const node of everything) expect(build(node).nodeType).toBe(1);
  expect(build({ t: "break" }).nodeName).toBe("BR");
  expect(build({ t: "rule" }).nodeName).toBe("HR");
});

test("a kind this page does not know is named in place of its content", () => {
  const strange = { t: "hologram" } as unknown as Node;
  expect(drawn(p(text("a")), strange, p(text("b"))).textContent).toBe("a[hologram: this part cannot be shown]b");
});

test("a formula is MathML", () => {
  const math = build({ t: "math", display: true, tex: "x", mathml: [{ tag: "mi", text: "x" }] }) as Element;
  expect(math.firstElementChild?.namespaceURI).toBe("http://www.w3.org/1998/Math/MathML");
  expect(math.firstElementChild?.getAttribute("display")).toBe("block");
});

test("only the first row of a table is its head", () => {
  const host = drawn({
    t: "table",
    children: [
      { t: "row", children: [cell("a", true)] },
      { t: "row", children: [cell("1")] },
    ],
  });
  expect(host.querySelectorAll("th").length).toBe(1);
  expect(host.querySelector("th")?.getAttribute("scope")).toBe("col");
  expect(host.querySelectorAll("td").length).toBe(1);
});

test("a link without a known scheme has no address", () => {
  const bad = build({ t: "link", href: "javascript:alert(1)", children: [text("x")] }) as Element;
  expect(bad.hasAttribute("href")).toBe(false);
});

test("text grows at the end of its node", () => {
  const host = patched([p(text("Half"))], { op: "text", path: [0, 0], text: " an answer" });
  expect(host.firstChild?.childNodes.length).toBe(1);
  expect(host.textContent).toBe("Half an answer");
});

test("text that goes on at the same place grows the node that is there now", () => {
  const more: Patch = { op: "text", path: [1, 0], text: "!" };
  const host = patched([p(text("a")), p(text("b"))], more, more);
  expect(host.textContent).toBe("ab!!");
  applyPatches(host, [{ op: "replace", path: [1], node: p(text("c")) }, more]);
  expect(host.textContent).toBe("ac!");
  applyPatches(host, [{ op: "truncate", path: [], len: 1 }, { op: "append", path: [], nodes: [p(text("d"))] }, more]);
  expect(host.textContent).toBe("ad!");
  drawAll(host, [p(text("x")), p(text("y"))]);
  applyPatches(host, [more]);
  expect(host.textContent).toBe("xy!");
});

test("only blocks that come or go are told of", () => {
  const host = patched([p(text("a")), code("one")]);
  const told = (patch: Patch) => applyPatches(host, [patch]);
  expect(told({ op: "text", path: [0, 0], text: "b" })).toBe(false);
  expect(told({ op: "append", path: [1, 0], nodes: [{ t: "token", class: "keyword", text: "let" }] })).toBe(false);
  expect(told({ op: "append", path: [1], nodes: [line("two")] })).toBe(true);
  expect(told({ op: "append", path: [1, 0], nodes: [text(" "), { t: "list", children: [] }] })).toBe(true);
  expect(told({ op: "append", path: [], nodes: [p(text("c"))] })).toBe(true);
  expect(told({ op: "truncate", path: [1, 0], len: 1 })).toBe(true);
});

test("a node takes the place of another", () => {
  const host = patched([p(text("a")), p(text("b"))], { op: "replace", path: [1], node: { t: "rule" } });
  expect(host.lastChild?.nodeName).toBe("HR");
  expect(host.childNodes.length).toBe(2);
});

test("children are added at the top and further down", () => {
  const host = patched(
    [p(text("a"))],
    { op: "append", path: [], nodes: [p(text("b")), p(text("c"))] },
    { op: "append", path: [2], nodes: [{ t: "strong", children: [text("d")] }] },
  );
  expect(Array.from(host.children, (child) => child.textContent)).toEqual(["a", "b", "cd"]);
});

test("all but the first children are taken away", () => {
  const host = patched([p(text("a")), p(text("b")), p(text("c"))], { op: "truncate", path: [], len: 1 });
  expect(host.textContent).toBe("a");
});

test("a patch in a block of code lands in its lines, past its head and button", () => {
  const host = patched(
    [code("one", "two")],
    { op: "append", path: [0], nodes: [line("three")] },
    { op: "text", path: [0, 2, 0], text: "!" },
    { op: "replace", path: [0, 0], node: line("ONE") },
  );
  expect(Array.from(host.querySelectorAll(".line"), (one) => one.textContent)).toEqual(["ONE", "two", "three!"]);
  applyPatches(host, [{ op: "truncate", path: [0], len: 1 }]);
  expect(host.querySelectorAll(".line").length).toBe(1);
  expect(host.querySelector(".code-head")).not.toBeNull();
});

test("a patch in a table lands in its cell", () => {
  const rows: Node[] = [
    { t: "row", children: [cell("City", true), cell("Year", true)] },
    { t: "row", children: [cell("Lund"), cell("20")] },
  ];
  const host = patched(
    [p(text("before")), { t: "table", children: rows }],
    { op: "text", path: [1, 1, 1, 0], text: "19" },
    { op: "append", path: [1], nodes: [{ t: "row", children: [cell("Aarhus")] }] },
  );
  expect(host.querySelector("tr:nth-child(2) td:nth-child(2)")?.textContent).toBe("2019");
  expect(host.querySelectorAll("tr").length).toBe(3);
});

test("a patch in a list lands in its item, also behind a box", () => {
  const list: Node = { t: "list", children: [item(text("a")), { t: "item", checked: true, children: [text("b")] }] };
  const host = patched(
    [list],
    { op: "text", path: [0, 1, 0], text: "c" },
    { op: "append", path: [0, 0], nodes: [{ t: "list", start: 3, children: [item(text("inner"))] }] },
    { op: "text", path: [0, 0, 1, 0, 0], text: "most" },
  );
  expect(host.querySelectorAll("li")[2]?.textContent).toBe("bc");
  expect(host.querySelector("ol")?.getAttribute("start")).toBe("3");
  expect(host.querySelector("ol")?.textContent).toBe("innermost");
});

test("a patch with no place in the text is ignored", () => {
  const host = patched(
    [p(text("a"))],
    { op: "text", path: [3, 0], text: "x" },
    { op: "append", path: [0, 0, 5], nodes: [text("x")] },
    { op: "replace", path: [], node: text("x") },
    { op: "text", path: [0], text: "x" },
  );
  expect(host.innerHTML).toBe("<p>a</p>");
});

test("a patched text is the same as one drawn at once", () => {
  const host = drawn();
  for (const node of everything) applyPatches(host, [{ op: "append", path: [], nodes: [node] }]);
  expect(host.innerHTML).toBe(drawn(...everything).innerHTML);
});

const view = (task_id: string, nodes: Node[], words = 1) => ({ task_id, attempt: 1, nodes, words });

test("a mounted text follows its changes, and another task's text stays as it is", () => {
  const here = document.createElement("div");
  replaceTexts([view("t1", [p(text("a"))]), view("t2", [p(text("z"))])]);
  mountText("t1", here, false);
  applyTextChange({ change: "patches", task_id: "t1", patches: [{ op: "text", path: [0, 0], text: "b" }], words: 2 });
  applyTextChange({ change: "patches", task_id: "t2", patches: [{ op: "text", path: [0, 0], text: "y" }], words: 1 });
  expect(here.textContent).toBe("ab");
  expect(wordsOf("t1")).toBe(2);
});

test("a text that begins anew replaces what was mounted", () => {
  const here = document.createElement("div");
  replaceTexts([view("t1", [p(text("first try"))])]);
  mountText("t1", here, false);
  applyTextChange({ change: "whole", ...view("t1", [p(text("second"))]) });
  expect(here.textContent).toBe("second");
});

test("a place mounted before its text gets the text when it comes", () => {
  const here = document.createElement("div");
  document.body.append(here);
  mountText("t1", here, false);
  replaceTexts([]);
  applyTextChange({
    change: "patches",
    task_id: "t1",
    patches: [{ op: "append", path: [], nodes: [p(text("a"))] }],
    words: 1,
  });
  expect(here.textContent).toBe("a");
});

test("what is unmounted keeps its text for the next place", () => {
  const first = document.createElement("div");
  const second = document.createElement("div");
  replaceTexts([view("t1", [p(text("a"))])]);
  mountText("t1", first, false)();
  expect(first.childNodes.length).toBe(0);
  mountText("t1", second, false);
  expect(second.textContent).toBe("a");
});

test("a press on a link asks the process and leaves the page where it is", () => {
  const openLink = vi.fn();
  connectTexts({ openLink, copyText: async () => true });
  replaceTexts([view("t1", [p({ t: "link", href: "https://example.org/", children: [text("x")] })])]);
  mountText("t1", document.body, false);
  const press = new MouseEvent("click", { bubbles: true, cancelable: true });
  document.querySelector("a")?.dispatchEvent(press);
  expect(openLink).toHaveBeenCalledExactlyOnceWith("https://example.org/");
  expect(press.defaultPrevented).toBe(true);
});

test("Copy takes the source of the block, with its line breaks", async () => {
  const copyText = vi.fn(async () => true);
  connectTexts({ openLink: () => {}, copyText });
  replaceTexts([view("t1", [code("a", "", "b")])]);
  mountText("t1", document.body, false);
  document.querySelector<HTMLElement>("[data-act=copy]")?.click();
  await vi.waitFor(() => expect(document.querySelector("[data-act=copy]")?.textContent).toBe("Copied"));
  expect(copyText).toHaveBeenCalledExactlyOnceWith("a\n\nb");
  expect(lastCodeOf("t1")).toBe("a\n\nb");
});

test("the caret stands where the text goes on", () => {
  const end = (...nodes: Node[]) => {
    const host = drawn(...nodes);
    markEnd(host);
    const marked = host.classList.contains("is-end") ? host : host.querySelector(".is-end");
    return marked && `${marked.tagName} ${marked.textContent}`;
  };
  const list = (...items: Node[]): Node => ({ t: "list", children: items });
  expect(end()).toBe("DIV ");
  expect(end(p(text("a")), p(text("b")))).toBe("P b");
  expect(end(list(item(text("a")), item(text("b"))))).toBe("LI b");
  expect(end(list(item(text("a"), list(item(text("b")), item(text("c"))))))).toBe("LI c");
  expect(end(code("one", "two"))).toBe("SPAN two");
  expect(end({ t: "table", children: [{ t: "row", children: [cell("a", true)] }] })).toBeNull();
});

test("the caret moves with the text and leaves nothing behind", () => {
  const host = drawn(p(text("a")));
  markEnd(host);
  applyPatches(host, [{ op: "append", path: [], nodes: [p(text("b"))] }]);
  markEnd(host);
  expect(Array.from(host.querySelectorAll(".is-end"), (end) => end.textContent)).toEqual(["b"]);
});

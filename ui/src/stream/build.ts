// One element or one text node for each node, made by hand: nothing an answer says is ever parsed by the page.
import { t } from "../i18n";
import type { Class, MathNode, Node } from "../ipc/types";

const MATHML = "http://www.w3.org/1998/Math/MathML";
const SVG = "http://www.w3.org/2000/svg";

/** Where the children of a drawn node are, for kinds that are drawn with something around them. */
const contents = new WeakMap<ChildNode, HTMLElement>();

/** The element whose child nodes are the children of the node drawn as `drawn`. */
export function contentOf(drawn: ChildNode): ChildNode {
  return contents.get(drawn) ?? drawn;
}

/** Draws nodes, in order, at the end of `parent`. */
export function buildInto(parent: ParentNode, nodes: readonly Node[]): void {
  if (nodes.length < FEW || !parent.isConnected) {
    for (const node of nodes) parent.appendChild(build(node));
    return;
  }
  const all = document.createDocumentFragment();
  for (const node of nodes) all.appendChild(build(node));
  parent.appendChild(all);
}

/** So many nodes are put on screen in one go; a round for one or two costs more than it saves. */
const FEW = 3;

/** Draws one node. */
export function build(node: Node): ChildNode {
  switch (node.t) {
    case "text":
      return document.createTextNode(node.text);
    case "token":
      return token(node.class, node.text);
    case "paragraph":
      return filled("p", node.children);
    case "heading":
      return heading(node.level, node.children);
    case "quote":
      return filled("blockquote", node.children);
    case "list":
      return list(node.start, node.children);
    case "item":
      return item(node.checked, node.children);
    case "code":
      return code(node.lang, node.children);
    case "line":
      return filled("span", node.children, "line");
    case "table":
      return table(node.children);
    case "row":
      return filled("tr", node.children);
    case "cell":
      return cell(node);
    case "rule":
      return document.createElement("hr");
    case "strong":
      return filled("strong", node.children);
    case "emph":
      return filled("em", node.children);
    case "strike":
      return filled("del", node.children);
    case "code_span":
      return filled("code", node.children);
    case "link":
      return link(node.href, node.children);
    case "image":
      return image(node.alt, node.source, node.href);
    case "footnote_ref":
      return footnoteRef(node.label);
    case "footnote":
      return footnote(node.label, node.children);
    case "math":
      return math(node.display, node.tex, node.mathml);
    case "break":
      return document.createElement("br");
    default:
      return unknown(node);
  }
}

function filled(tag: string, children: readonly Node[], className?: string): HTMLElement {
  const element = document.createElement(tag);
  if (className) element.className = className;
  buildInto(element, children);
  return element;
}

function leaf(tag: string, text: string, className?: string): HTMLElement {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

/** A span for each class of tokens, to be copied: lines of code have many, and to name a class takes longer. */
const tokens = new Map<Class, HTMLElement>();

function token(kind: Class, text: string): HTMLElement {
  let like = tokens.get(kind);
  if (!like) {
    like = leaf("span", "", `tok-${kind}`);
    tokens.set(kind, like);
  }
  const element = like.cloneNode() as HTMLElement;
  element.appendChild(document.createTextNode(text));
  return element;
}

/** Something drawn around a node's children. */
function around(outer: HTMLElement, content: HTMLElement): HTMLElement {
  outer.append(content);
  contents.set(outer, content);
  return outer;
}

function heading(level: number, children: readonly Node[]): HTMLElement {
  // The chat has h1, a prompt h2: an answer's headings come below them, and most answers begin with their second level.
  const element = filled(`h${Math.min(6, Math.max(3, level + 1))}`, children);
  element.dataset.level = String(level);
  return element;
}

function list(start: number | undefined, children: readonly Node[]): HTMLElement {
  const element = filled(start === undefined ? "ul" : "ol", children);
  if (start !== undefined && start !== 1) element.setAttribute("start", String(start));
  return element;
}

function item(checked: boolean | undefined, children: readonly Node[]): HTMLElement {
  if (checked === undefined) return filled("li", children);
  const outer = document.createElement("li");
  outer.className = "check";
  const box = document.createElement("span");
  box.className = "check-box";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", checked ? t("done ~item") : t("open ~item"));
  if (checked) {
    box.classList.add("is-done");
    box.append(icon("M20 6 9 17l-5-5"));
  }
  outer.append(box);
  return around(outer, filled("div", children));
}

function code(lang: string, children: readonly Node[]): HTMLElement {
  const outer = document.createElement("div");
  outer.className = "code";
  const head = document.createElement("div");
  head.className = "code-head";
  head.append(leaf("span", lang || t("text ~code"), "code-lang"), copyButton());
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  pre.setAttribute("aria-label", lang ? t("Code, {lang}", { lang }) : t("Code"));
  const content = filled("code", children);
  pre.append(content);
  outer.append(head, pre);
  contents.set(outer, content);
  return outer;
}

function copyButton(): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-small";
  button.dataset.act = "copy";
  button.append(
    icon(
      "M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2z",
      "M4 16a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2",
    ),
    leaf("span", t("Copy")),
  );
  return button;
}

function table(children: readonly Node[]): HTMLElement {
  const outer = document.createElement("div");
  outer.className = "table-scroll";
  outer.tabIndex = 0;
  outer.setAttribute("role", "group");
  outer.setAttribute("aria-label", t("Table"));
  return around(outer, filled("table", children));
}

function cell(node: Extract<Node, { t: "cell" }>): HTMLElement {
  const element = filled(node.head ? "th" : "td", node.children);
  if (node.head) element.setAttribute("scope", "col");
  if (node.align) element.className = `is-${node.align}`;
  return element;
}

function link(href: string, children: readonly Node[]): HTMLElement {
  const element = filled("a", children);
  // Checked where it was made; checked again here, because an address is the one thing a page can act on by itself.
  if (!/^(https?:\/\/|mailto:)/.test(href)) return element;
  element.setAttribute("href", href);
  element.setAttribute("rel", "noreferrer");
  element.title = href;
  return element;
}

function image(alt: string, source: string, href: string | undefined): HTMLElement {
  const element = document.createElement(href ? "button" : "span");
  element.className = "image";
  const words = alt
    ? t("Image: {alt} ({source}, not loaded)", { alt, source })
    : t("Image ({source}, not loaded)", { source });
  element.append(leaf("span", words));
  if (href) {
    element.setAttribute("type", "button");
    element.dataset.act = "image";
    element.dataset.href = href;
    element.title = t("Open {href}", { href });
    element.append(leaf("span", t("Open"), "image-open"));
  }
  return element;
}

function footnoteRef(label: string): HTMLElement {
  const element = document.createElement("sup");
  const button = leaf("button", label, "footnote-ref");
  button.setAttribute("type", "button");
  button.setAttribute("aria-label", t("Footnote {label}", { label }));
  button.dataset.act = "footnote";
  button.dataset.label = label;
  element.append(button);
  return element;
}

function footnote(label: string, children: readonly Node[]): HTMLElement {
  const outer = document.createElement("div");
  outer.className = "footnote";
  outer.dataset.footnote = label;
  outer.append(leaf("span", label, "footnote-label"));
  return around(outer, filled("div", children));
}

function math(display: boolean, tex: string, nodes: readonly MathNode[]): HTMLElement {
  const formula = document.createElementNS(MATHML, "math");
  formula.setAttribute("display", display ? "block" : "inline");
  for (const node of nodes) formula.append(mathNode(node));
  const outer = document.createElement("span");
  outer.className = display ? "math is-display" : "math";
  outer.title = tex;
  if (display) outer.tabIndex = 0;
  outer.append(formula);
  return outer;
}

function mathNode(node: MathNode): Element {
  const element = document.createElementNS(MATHML, node.tag);
  for (const [name, value] of node.attrs ?? []) element.setAttribute(name, value);
  if (node.text) element.textContent = node.text;
  for (const child of node.children ?? []) element.append(mathNode(child));
  return element;
}

/** A kind this page is too old for: its name stays visible, so that nothing is silently missing. */
function unknown(node: never): HTMLElement {
  const kind = (node as { t?: unknown }).t;
  return leaf("span", t("[{kind}: this part cannot be shown]", { kind: String(kind) }), "unknown");
}

function icon(...paths: string[]): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = {
    class: "icon",
    width: "14",
    height: "14",
    viewBox: "0 0 24 24",
    fill: "none",
    stroke: "currentColor",
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  svg.setAttribute("stroke-width", "2");
  svg.setAttribute("stroke-linecap", "round");
  svg.setAttribute("stroke-linejoin", "round");
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

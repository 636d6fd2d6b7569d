import type { Node, Patch } from "../ipc/types";
import { build, buildInto, contentOf } from "./build";

/** Draws these blocks in `host`, in place of all that was there. */
export function drawAll(host: HTMLElement, nodes: readonly Node[]): void {
  children.delete(host);
  ends.delete(host);
  const all = document.createDocumentFragment();
  buildInto(all, nodes);
  host.replaceChildren(all);
}

/**
 * Applies patches to what is drawn in `host`, in order. One with no place there is ignored. True when blocks came or went:
 * mostly a text only grows within one.
 */
export function applyPatches(host: HTMLElement, patches: readonly Patch[]): boolean {
  let isOther = false;
  for (const patch of patches) {
    if (patch.op === "text") {
      grow(host, patch.path, patch.text);
    } else {
      ends.delete(host);
      rebuild(host, patch);
      isOther ||= isOfBlocks(patch);
    }
  }
  return isOther;
}

function grow(host: HTMLElement, path: readonly number[], text: string): void {
  const end = ends.get(host);
  if (end && isSame(end.path, path)) {
    end.text.appendData(text);
    return;
  }
  const drawn = find(host, path);
  if (!(drawn instanceof Text)) return;
  drawn.appendData(text);
  ends.set(host, { path, text: drawn });
}

/** Lines of code and rows count too: a text can end in one. */
const BLOCKS: ReadonlySet<Node["t"]> = new Set([
  "paragraph",
  "heading",
  "quote",
  "list",
  "item",
  "code",
  "line",
  "table",
  "row",
  "rule",
  "footnote",
]);

function isOfBlocks(patch: Exclude<Patch, { op: "text" }>): boolean {
  return patch.op !== "append" || patch.path.length < 2 || patch.nodes.some((node) => BLOCKS.has(node.t));
}

function rebuild(host: HTMLElement, patch: Exclude<Patch, { op: "text" }>): void {
  const drawn = find(host, patch.path);
  if (!drawn) return;
  switch (patch.op) {
    case "replace":
      if (drawn !== host) drawn.replaceWith(build(patch.node));
      return;
    case "append": {
      const content = contentOf(drawn);
      if (content instanceof Element) buildInto(content, patch.nodes);
      return;
    }
    case "truncate": {
      const content: globalThis.Node = contentOf(drawn);
      const first = childAt(content, patch.len);
      while (first?.parentNode === content) content.lastChild?.remove();
      return;
    }
    default:
      unknownPatch(patch);
  }
}

/** Where the last piece of text went: the next one mostly goes there too, and to look for it costs more than to add it. */
const ends = new WeakMap<HTMLElement, { path: readonly number[]; text: Text }>();

/** The child of a node that the patches before went to. */
const children = new WeakMap<globalThis.Node, { index: number; child: ChildNode }>();

function isSame(a: readonly number[], b: readonly number[]): boolean {
  // From the innermost on, where two places mostly differ.
  for (let at = a.length - 1; at >= 0; at -= 1) if (a[at] !== b[at]) return false;
  return a.length === b.length;
}

function find(host: HTMLElement, path: readonly number[]): ChildNode | undefined {
  let drawn: ChildNode | undefined = host;
  for (let at = 0; at < path.length && drawn; at += 1) drawn = childAt(contentOf(drawn), path[at] ?? 0);
  return drawn;
}

/**
 * The child of `parent` with this index. Patches go to the child of the one before, or to the next; counting from the first
 * one at each would cost more the longer a text is. Children come and go at the end only, so an index stays what it was.
 */
function childAt(parent: globalThis.Node, index: number): ChildNode | undefined {
  const known = children.get(parent);
  const isThere = known !== undefined && known.child.parentNode === parent;
  if (isThere && known.index === index) return known.child;
  const child = isThere && known.index + 1 === index ? known.child.nextSibling : parent.childNodes[index];
  if (child) children.set(parent, { index, child });
  return child ?? undefined;
}

function unknownPatch(_patch: never): void {}

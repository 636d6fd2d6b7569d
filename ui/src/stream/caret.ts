// Where the text goes on. A class says it: selectors that look back from a last child make every update restyle the answer.
import { contentOf } from "./build";

/** Blocks whose end is not the end of a line of text. */
const WITHOUT = ".table-scroll, .footnote, .math, .fold-note";

const ends = new WeakMap<HTMLElement, Element>();

/** Marks the element in `host` in which the text ends, so that a live text can show its caret there. */
export function markEnd(host: HTMLElement): void {
  const end = endOf(host);
  const known = ends.get(host);
  if (known === end) return;
  known?.classList.remove("is-end");
  if (end) {
    end.classList.add("is-end");
    ends.set(host, end);
  } else {
    ends.delete(host);
  }
}

function endOf(host: HTMLElement): Element | undefined {
  let at: Element = host;
  let inner = host.lastElementChild;
  while (inner) {
    if (inner.matches(WITHOUT)) return undefined;
    at = inner;
    inner = innerEnd(at);
  }
  return at;
}

/** What a block ends in, for blocks that are made of lines or items. */
function innerEnd(block: Element): Element | null {
  if (block.matches("ul, ol, .code")) return lastIn(block);
  if (!block.matches("li")) return null;
  const last = lastIn(block);
  return last?.matches("ul, ol, .code") ? last : null;
}

function lastIn(block: Element): Element | null {
  const content = contentOf(block);
  return content instanceof Element ? content.lastElementChild : null;
}

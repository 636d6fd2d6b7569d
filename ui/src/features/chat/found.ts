// Where words that were searched for stand in a turn, and showing them for a moment.

/** How long they stay marked: long enough for an eye that comes from elsewhere. */
const MARKED_MS = 4_000;

const NAME = "found";

/** The words within an element, whatever their case; `null` when they are not drawn there. */
export function findWords(root: HTMLElement, words: string): Range | null {
  const nodes: { node: Text; start: number }[] = [];
  let text = "";
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue;
    nodes.push({ node, start: text.length });
    text += node.data;
  }
  const exact = text.indexOf(words);
  const at = exact === -1 ? text.toLowerCase().indexOf(words.toLowerCase()) : exact;
  if (at === -1 || words === "") return null;
  const placeOf = (offset: number) => nodes.findLast(({ start }) => start <= offset);
  const [from, to] = [placeOf(at), placeOf(at + words.length - 1)];
  if (!from || !to) return null;
  const range = document.createRange();
  range.setStart(from.node, at - from.start);
  range.setEnd(to.node, Math.min(at + words.length - to.start, to.node.length));
  return range;
}

/** Opens what is folded around the words, marks them for a moment, and gives the block they stand in. */
export function showWords(range: Range): HTMLElement | null {
  const block = openAround(range);
  if (block) mark(range, block);
  return block;
}

/** Opens all that is folded around the words, and gives the block they stand in. */
export function openAround(range: Range): HTMLElement | null {
  const start = range.startContainer.parentElement;
  const block = start?.closest<HTMLElement>("p, li, pre, tr, h3, h4, h5, h6, blockquote, .code, .prompt-text") ?? start;
  let hidden = start?.closest("[hidden]");
  while (hidden) {
    unfolder(hidden)?.click();
    hidden = hidden.parentElement?.closest("[hidden]");
  }
  let details = start?.closest("details");
  while (details) {
    details.open = true;
    details = details.parentElement?.closest("details");
  }
  return block ?? null;
}

/** The button that shows what is hidden here: of a prompt, of a block of code, or of an answer. */
function unfolder(hidden: Element): HTMLElement | null | undefined {
  if (hidden.matches(".prompt-rest")) return hidden.parentElement?.querySelector<HTMLElement>(".prompt-more");
  if (hidden.matches(".line")) return hidden.closest(".code")?.querySelector<HTMLElement>("[data-act=unfold]");
  return hidden.parentElement?.querySelector<HTMLElement>(":scope > .fold-note > [data-act=unfold]");
}

/** Whether the engine can mark words. */
export const hasMarks = () => typeof Highlight !== "undefined" && Boolean(CSS.highlights);

/** Marks a whole block for a moment where the engine does not mark words: an older one, or WebKitGTK beside a list in an item. */
export function flash(block: HTMLElement): void {
  if (hasMarks() && !block.matches("li:has(> ul, > ol)")) return;
  block.classList.add("is-found");
  setTimeout(() => block.classList.remove("is-found"), MARKED_MS);
}

function mark(range: Range, block: HTMLElement): void {
  flash(block);
  if (!hasMarks()) return;
  const words = new Highlight(range);
  CSS.highlights.set(NAME, words);
  setTimeout(() => {
    // Another search may have marked something since.
    if (CSS.highlights.get(NAME) === words) CSS.highlights.delete(NAME);
    // Else WebKitGTK leaves them drawn as they were.
    words.clear();
  }, MARKED_MS);
}

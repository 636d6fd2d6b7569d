// All places in the open chat where some words stand: they are marked, and one can walk from one to the next.
import { flash, hasMarks, openAround } from "./found";

/** More than anybody walks through; a letter alone stands in a long chat tens of thousands of times. */
export const MOST = 2_000;

/** Text that comes in is looked through this often. */
const AGAIN_MS = 200;

const PLACES = ".prompt-text, .answer-text";
/** What is drawn there and nobody said. */
const NOT_SAID = "button, .code-head, .fold-note, .prompt-dots, .parts > summary";
/** Words do not go on from one of these into the next. */
const BLOCKS = "p, li, td, th, pre, .line, h3, h4, h5, h6, blockquote, .footnote, .prompt-text, .answer-text";

/** Every place where the words stand in prompts and answers, in order, whatever their case; also in what is folded. */
export function findAll(root: ParentNode, words: string): Range[] {
  const wanted = lower(words);
  const found: Range[] = [];
  if (wanted.trim() === "") return found;
  for (const place of root.querySelectorAll(PLACES)) {
    const { text, pieces } = read(place);
    let piece = 0;
    const placeAt = (offset: number): [Text, number] | null => {
      while ((pieces[piece + 1]?.start ?? Number.POSITIVE_INFINITY) <= offset) piece += 1;
      const here = pieces[piece];
      return here ? [here.node, offset - here.start] : null;
    };
    for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
      const from = placeAt(at);
      const last = placeAt(at + wanted.length - 1);
      if (!from || !last) break;
      const range = document.createRange();
      range.setStart(...from);
      range.setEnd(last[0], last[1] + 1);
      found.push(range);
      if (found.length === MOST) return found;
    }
  }
  return found;
}

function read(place: Element): { text: string; pieces: { node: Text; start: number }[] } {
  const pieces: { node: Text; start: number }[] = [];
  let text = "";
  let block: Element | null = null;
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text) || node.parentElement?.closest(NOT_SAID)) continue;
    const here = node.parentElement?.closest(BLOCKS) ?? null;
    if (here !== block) text += "\n";
    block = here;
    pieces.push({ node, start: text.length });
    text += lower(node.data);
  }
  return { text, pieces };
}

/** Of the same length, so that a place in it is a place in the text. */
function lower(text: string): string {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text;
}

export interface FindInThread {
  /** Looks for other words, and shows the first place from where the reader is. */
  search(words: string): void;
  /** To the next place, or with -1 to the one before; from the last to the first. */
  step(by: 1 | -1): void;
  dispose(): void;
}

interface Options {
  /** Which of how many is shown, from 0; -1 for none. */
  onFound(at: number, count: number): void;
  reveal(range: Range): void;
}

/** Finds words in `content`, which may grow and change meanwhile. */
export function findInThread(content: HTMLElement, { onFound, reveal }: Options): FindInThread {
  let words = "";
  let hits: Range[] = [];
  let at = -1;
  let again = 0;

  const look = () => {
    window.clearTimeout(again);
    again = 0;
    const here = hits[at];
    hits = findAll(content, words);
    at = hits.length === 0 ? -1 : Math.max(0, hits.findIndex(here ? isFrom(here) : isBelow(topOf(content))));
    mark(hits, hits[at]);
    onFound(at, hits.length);
  };
  const show = () => {
    const hit = hits[at];
    if (!hit) return;
    const block = openAround(hit);
    if (block) flash(block);
    // Once what was folded is drawn.
    requestAnimationFrame(() => reveal(hit));
  };
  const changes = new MutationObserver(() => {
    if (words !== "") again ||= window.setTimeout(look, AGAIN_MS);
  });
  changes.observe(content, { childList: true, characterData: true, subtree: true });

  return {
    search: (next) => {
      words = next;
      look();
      show();
    },
    step: (by) => {
      if (hits.length === 0) return;
      at = (at + by + hits.length) % hits.length;
      mark(hits, hits[at]);
      onFound(at, hits.length);
      show();
    },
    dispose: () => {
      changes.disconnect();
      window.clearTimeout(again);
      mark([], undefined);
    },
  };
}

function isFrom(here: Range): (hit: Range) => boolean {
  // The place is gone with its answer.
  if (!here.startContainer.isConnected) return () => true;
  return (hit) => hit.compareBoundaryPoints(Range.START_TO_START, here) >= 0;
}

const isBelow = (top: number) => (hit: Range) => hit.getBoundingClientRect().bottom > top;

const topOf = (content: HTMLElement) => content.parentElement?.getBoundingClientRect().top ?? 0;

function mark(hits: Range[], now: Range | undefined): void {
  if (!hasMarks()) return;
  refill("find", hits);
  refill("find-now", now ? [now] : []);
}

/** Taken out and put in one by one: WebKitGTK does not draw again what a whole set that is replaced had marked. */
function refill(name: string, ranges: readonly Range[]): void {
  const marks = CSS.highlights.get(name) ?? new Highlight();
  CSS.highlights.set(name, marks);
  marks.clear();
  for (const range of ranges) marks.add(range);
}

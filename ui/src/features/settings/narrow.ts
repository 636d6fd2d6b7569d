// Finding in the settings. What is drawn is looked through, so whatever a section shows is found, and no list of it is kept.
import { type SectionId, sections } from "../../state/sections";
import { fits, wordsOf } from "../../state/words";

const MARKS = "setting";

/** What stands in a card: one setting each. */
const ROWS = ".set-card > *, .set-fold > .set-row";

/** Choices are not what a setting is about. */
const NOT_SAID = "select, datalist, .keys, [aria-hidden=true]";

/** Leaves the rows that have all words in them, or in the name of their section, and marks the words. Gives the sections that are left. */
export function narrow(box: HTMLElement, wanted: readonly string[]): SectionId[] {
  const left = sections.filter(({ id, label, words }) => {
    const section = box.querySelector(`#set-${id}`)?.closest<HTMLElement>(".set-section");
    if (!section) return false;
    const isFound = wanted.length === 0 || fits(`${label} ${words}`, wanted);
    const rows = [...section.querySelectorAll<HTMLElement>(ROWS)].filter((row) => !row.matches(".set-fold"));
    let some = isFound;
    for (const row of rows) {
      const isHit = fits(`${label} ${said(row)}`, wanted);
      row.hidden = !isFound && !isHit;
      some ||= isHit;
    }
    for (const fold of section.querySelectorAll<HTMLDetailsElement>(".set-fold")) {
      const hits = [...fold.querySelectorAll<HTMLElement>(".set-row")].filter(
        (row) => wanted.length > 0 && !row.hidden,
      );
      fold.hidden = wanted.length > 0 && hits.length === 0;
      openWhile(fold, hits.length > 0 && !isFound);
    }
    section.hidden = !some;
    return some;
  });
  mark(box, wanted);
  return left.map(({ id }) => id);
}

/** Opened for what was found in it, it is closed again after that. */
function openWhile(fold: HTMLDetailsElement, isWanted: boolean): void {
  if (isWanted && !fold.open) {
    fold.open = true;
    fold.dataset.opened = "";
  } else if (!isWanted && fold.dataset.opened !== undefined) {
    fold.open = false;
    delete fold.dataset.opened;
  }
}

function said(row: Element): string {
  return [...texts(row)].map((node) => node.data).join(" ");
}

function* texts(root: Element): Iterable<Text> {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text && !node.parentElement?.closest(NOT_SAID)) yield node;
  }
}

/** A page that cannot mark still narrows. */
function mark(box: Element, wanted: readonly string[]): void {
  if (typeof Highlight === "undefined" || !CSS.highlights) return;
  if (wanted.length === 0) {
    CSS.highlights.delete(MARKS);
    return;
  }
  const marks = new Highlight();
  for (const node of texts(box)) {
    if (node.parentElement?.closest("[hidden], .set-side")) continue;
    for (const { 0: word, index } of node.data.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      const plain = wordsOf(word)[0] ?? "";
      const begun = wanted.find((one) => plain.startsWith(one));
      if (begun === undefined) continue;
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + Math.min(word.length, begun.length));
      marks.add(range);
    }
  }
  CSS.highlights.set(MARKS, marks);
}

// Long code and long answers are shown in part when they are opened, never while they arrive.
import { t } from "../i18n";
import type { Node } from "../ipc/types";
import { buildInto } from "./build";

/** Lines of code shown of a longer block. Source: the visual direction. */
export const CODE_LINES = 40;
/** Words shown of a longer answer. Source: the visual direction. */
export const ANSWER_WORDS = 2_000;

/** Folds what is long in a finished text. `words` is the length of the whole, whose end may not be drawn yet. */
export function fold(host: HTMLElement, words: number, hasRest = false): void {
  for (const block of host.querySelectorAll<HTMLElement>(".code")) foldCode(block);
  if (words > ANSWER_WORDS) foldAnswer(host, words, hasRest);
}

/** How many blocks of a finished text are shown when it is opened. */
export function shownBlocks(nodes: readonly Node[], words: number): number {
  if (words <= ANSWER_WORDS) return nodes.length;
  let shown = 0;
  const first = nodes.findIndex((node) => {
    if (shown >= ANSWER_WORDS) return true;
    shown += wordsIn(textOf(node));
    return false;
  });
  return first === -1 ? nodes.length : first;
}

/** Draws the end of a folded text, folded as it would be. */
export function drawRest(host: HTMLElement, nodes: readonly Node[]): void {
  const rest = document.createDocumentFragment();
  buildInto(rest, nodes);
  for (const block of rest.querySelectorAll<HTMLElement>(".code")) foldCode(block);
  const note = host.querySelector(":scope > .fold-note");
  if (note) for (const block of rest.children) if (block instanceof HTMLElement) block.hidden = true;
  host.insertBefore(rest, note);
}

function textOf(node: Node): string {
  if ("text" in node && typeof node.text === "string") return node.text;
  return "children" in node ? node.children.map(textOf).join("") : "";
}

function wordsIn(text: string): number {
  return text.split(/\s+/).length;
}

/** Shows all of what the pressed button stands for. */
export function unfold(button: HTMLElement): void {
  const block = button.closest<HTMLElement>(".code");
  if (block) {
    for (const line of block.querySelectorAll<HTMLElement>(".line[hidden]")) line.hidden = false;
    button.remove();
    return;
  }
  const host = button.closest<HTMLElement>(".text");
  if (host) unfoldAnswer(host);
}

/** Shows all of a long answer. */
export function unfoldAnswer(host: HTMLElement): void {
  for (const block of host.querySelectorAll<HTMLElement>(":scope > [hidden]")) block.hidden = false;
  host.querySelector(":scope > .fold-note")?.remove();
}

function foldCode(block: HTMLElement): void {
  const lines = block.querySelectorAll<HTMLElement>(".line");
  if (lines.length <= CODE_LINES) return;
  for (let at = CODE_LINES; at < lines.length; at += 1) {
    const line = lines[at];
    if (line) line.hidden = true;
  }
  block.append(moreButton(t("Show {n, plural, one {# line} other {# lines}}", { n: lines.length })));
}

function foldAnswer(host: HTMLElement, words: number, hasRest: boolean): void {
  let shown = 0;
  let hidden = hasRest ? 1 : 0;
  for (const block of host.children) {
    if (shown >= ANSWER_WORDS && block instanceof HTMLElement) {
      block.hidden = true;
      hidden += 1;
    }
    shown += wordsIn(block.textContent ?? "");
  }
  if (hidden === 0) return;
  const note = document.createElement("p");
  note.className = "fold-note";
  const said = document.createElement("span");
  said.textContent = t("Answer of {words, number} words. The first {shown, number} are shown.", {
    words,
    shown: ANSWER_WORDS,
  });
  note.append(said, moreButton(t("Show all")));
  // Last, so that the place of every block stays what the patches expect.
  host.append(note);
}

function moreButton(label: string): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-small";
  button.dataset.act = "unfold";
  button.textContent = label;
  return button;
}

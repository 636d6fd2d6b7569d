// Long code and long answers are shown in part when they are opened, never while they arrive.
import { counted, grouped } from "../components/counted";

/** Lines of code shown of a longer block. Source: the visual direction. */
export const CODE_LINES = 40;
/** Words shown of a longer answer. Source: the visual direction. */
export const ANSWER_WORDS = 2_000;

/** Folds what is long in a finished text. `words` is the length of the whole. */
export function fold(host: HTMLElement, words: number): void {
  for (const block of host.querySelectorAll<HTMLElement>(".code")) foldCode(block);
  if (words > ANSWER_WORDS) foldAnswer(host, words);
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
  block.append(moreButton(`Show ${counted(lines.length, "line")}`));
}

function foldAnswer(host: HTMLElement, words: number): void {
  let shown = 0;
  let hidden = 0;
  for (const block of host.children) {
    if (shown >= ANSWER_WORDS && block instanceof HTMLElement) {
      block.hidden = true;
      hidden += 1;
    }
    shown += (block.textContent ?? "").split(/\s+/).length;
  }
  if (hidden === 0) return;
  const note = document.createElement("p");
  note.className = "fold-note";
  const said = document.createElement("span");
  said.textContent = `Answer of ${counted(words, "word")}. The first ${grouped(ANSWER_WORDS)} are shown.`;
  note.append(said, moreButton("Show all"));
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

// An answer that was made part by part shows what it came to first, and the parts folded below it.
import { t } from "../i18n";
import { unfoldAnswer } from "./fold";

/** What an answer in parts came to. */
export interface Result {
  heading: string;
  /** How many parts stand before it. */
  parts: number;
}

/** Where the blocks went: a text that changes after all is put back as it came. */
const arranged = new WeakMap<HTMLElement, ChildNode[]>();

/** Those whose reader unfolded the parts, which stays so when the text is drawn again. */
const unfolded = new WeakSet<HTMLElement>();

/** Puts what stands below the last heading of this name first. Without such a heading everything stays as it is. */
export function arrangeParts(host: HTMLElement, { heading, parts: count }: Result): void {
  if (arranged.has(host)) return;
  const isHeading = (node: ChildNode) => node instanceof HTMLHeadingElement && node.textContent === heading;
  if ([...host.childNodes].findLastIndex(isHeading) < 1) return;
  // The parts are what is folded of it, however long it is: what they came to is shown whole.
  unfoldAnswer(host);
  const all = [...host.childNodes];
  const at = all.findLastIndex(isHeading);
  const parts = document.createElement("details");
  parts.className = "parts";
  parts.open = unfolded.has(host);
  const summary = document.createElement("summary");
  summary.textContent = t("{n, plural, one {# part} other {# parts}}", { n: count });
  parts.append(summary, ...all.slice(0, at));
  host.append(parts);
  arranged.set(host, all);
}

/** Puts the blocks back into the order in which they came, which is the one that patches mean. */
export function restoreParts(host: HTMLElement): void {
  const all = arranged.get(host);
  if (!all) return;
  arranged.delete(host);
  const isOpen = host.querySelector<HTMLDetailsElement>(":scope > .parts")?.open ?? false;
  if (isOpen) unfolded.add(host);
  else unfolded.delete(host);
  host.replaceChildren(...all);
}

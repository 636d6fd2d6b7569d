// The texts of answers, what models think aloud on the way to them, and their DOM. React mounts an element here and never looks inside.
import { t } from "../i18n";
import type { Node, TaskId, TextChange, TextView } from "../ipc/types";
import { markEnd } from "./caret";
import { drawRest, fold, shownBlocks, unfold } from "./fold";
import { arrangeParts, type Result, restoreParts } from "./parts";
import { applyPatches, drawAll } from "./patch";

interface TextEntry {
  attempt: number;
  words: number;
  /** Not drawn yet: all of them, or once `host` exists the end of a folded text. What is drawn has its only copy in the DOM. */
  nodes: Node[];
  host: HTMLElement | null;
  /** What is shown first, of an answer in parts that is whole. */
  result: Result | null;
}

/** A task has an answer, and some have what was thought on the way to it. */
type Key = TaskId | `${TaskId} thought`;

const texts = new Map<Key, TextEntry>();
const entries = new WeakMap<HTMLElement, TextEntry>();

/** Words are looked for: nothing is left out. */
let isSearched = false;

interface Ports {
  openLink(url: string): void;
  copyText(text: string): Promise<boolean>;
}

let ports: Ports = { openLink: () => {}, copyText: async () => false };

/** Says who opens links and copies code. Once, at the start. */
export function connectTexts(to: Ports): void {
  ports = to;
}

/** A new conversation: these texts and no others. */
export function replaceTexts(views: readonly TextView[], thoughts: readonly TextView[] = []): void {
  keepTexts(new Set<Key>([...views.map((view) => view.task_id), ...thoughts.map(thoughtOf)]));
  loadTexts(views, thoughts);
}

/** Another version of the same conversation: the texts of what is shown, as they are where they settled before. */
export function changeTexts(
  { texts: views, thoughts }: { texts: readonly TextView[]; thoughts: readonly TextView[] },
  { shown, settled }: { shown: readonly TaskId[]; settled: ReadonlySet<TaskId> },
): void {
  const isKnown = (id: TaskId) => settled.has(id) && texts.has(id);
  loadTexts(
    views.filter((view) => !isKnown(view.task_id)),
    thoughts,
  );
  keepTexts(new Set<Key>([...shown, ...thoughts.map(thoughtOf)]));
}

function keepTexts(kept: ReadonlySet<Key>): void {
  for (const [key, entry] of texts) {
    if (kept.has(key)) continue;
    // A host on screen stays the one that gets the text of its task, should there be any again.
    if (entry.host?.isConnected) {
      restoreParts(entry.host);
      drawAll(entry.host, []);
      changed(entry.host);
      entry.nodes = [];
      entry.words = 0;
    } else {
      texts.delete(key);
    }
  }
}

/** More texts, such as those of earlier turns. */
export function loadTexts(views: readonly TextView[], thoughts: readonly TextView[] = []): void {
  for (const view of views) setWhole(view, view.task_id);
  for (const view of thoughts) setWhole(view, thoughtOf(view));
}

/** Takes one change, straight to the DOM if the text is on screen. */
export function applyTextChange(change: TextChange, key: Key = change.task_id): void {
  switch (change.change) {
    case "whole":
      setWhole(change, key);
      return;
    case "patches": {
      const entry = entryOf(key);
      entry.words = change.words;
      const host = wholeOf(entry);
      restoreParts(host);
      if (applyPatches(host, change.patches)) changed(host);
      arrange(entry);
      return;
    }
    default:
      unknownChange(change);
  }
}

/** The same for what is thought. */
export function applyThoughtChange(change: TextChange): void {
  applyTextChange(change, thoughtOf(change));
}

/** Puts what a model thinks right now into `parent`; the function given back takes it out. */
export function mountThought(taskId: TaskId, parent: HTMLElement): () => void {
  return mountText(thoughtOf({ task_id: taskId }), parent, false);
}

/** Puts the text of a task into `parent`; the function given back takes it out. Finished texts are folded if long. */
export function mountText(key: Key, parent: HTMLElement, settled: boolean): () => void {
  const entry = entryOf(key);
  const host = entry.host ?? (settled ? foldedOf(entry) : hostOf(entry));
  parent.append(host);
  changed(host);
  return () => {
    if (host.parentElement === parent) host.remove();
  };
}

/** What stands below this heading of a whole answer is shown first, and the parts before it folded. */
export function showResultFirst(taskId: TaskId, heading: string, parts: number): void {
  const entry = entryOf(taskId);
  entry.result = { heading, parts };
  wholeOf(entry);
  arrange(entry);
}

/** Puts blocks that do not change into `parent`, such as a text that another one replaced; gives what takes them out. */
export function mountBlocks(nodes: readonly Node[], words: number, parent: HTMLElement): () => void {
  const host = drawn(nodes);
  fold(host, words);
  parent.append(host);
  return () => host.remove();
}

/** Words of a task's answer so far. */
export function wordsOf(taskId: TaskId): number {
  return texts.get(taskId)?.words ?? 0;
}

/** The source of the last block of code in an answer; `null` when it has none. */
export function lastCodeOf(taskId: TaskId): string | null {
  const entry = texts.get(taskId);
  if (!entry) return null;
  const block = [...wholeOf(entry).querySelectorAll<HTMLElement>(".code")].at(-1);
  return block ? sourceOf(block) : null;
}

function thoughtOf({ task_id }: { task_id: TaskId }): Key {
  return `${task_id} thought`;
}

function setWhole(view: TextView, key: Key): void {
  const entry = entryOf(key);
  entry.attempt = view.attempt;
  entry.words = view.words;
  if (entry.host) {
    restoreParts(entry.host);
    drawAll(entry.host, view.nodes);
    entry.nodes = [];
    changed(entry.host);
    arrange(entry);
  } else {
    entry.nodes = view.nodes;
  }
}

function arrange({ host, result }: TextEntry): void {
  if (host && result !== null) arrangeParts(host, result);
}

/** What styles have to know about a text, said once instead of looked for at each update. */
function changed(host: HTMLElement): void {
  markEnd(host);
  host.parentElement?.toggleAttribute("data-empty", !host.firstChild);
}

function entryOf(key: Key): TextEntry {
  const known = texts.get(key);
  if (known) return known;
  const entry: TextEntry = { attempt: 0, words: 0, nodes: [], host: null, result: null };
  texts.set(key, entry);
  return entry;
}

function hostOf(entry: TextEntry): HTMLElement {
  if (entry.host) return entry.host;
  entry.host = drawn(entry.nodes);
  entry.nodes = [];
  entries.set(entry.host, entry);
  return entry.host;
}

/** The text with its end folded away, of which only what is shown is drawn: most long answers are never unfolded. */
function foldedOf(entry: TextEntry): HTMLElement {
  const { nodes, words } = entry;
  const shown = isSearched ? nodes.length : shownBlocks(nodes, words);
  entry.nodes = nodes.slice(0, shown);
  const host = hostOf(entry);
  entry.nodes = nodes.slice(shown);
  fold(host, words, entry.nodes.length > 0);
  return host;
}

/** The text with nothing left out. What is folded stays folded. */
function wholeOf(entry: TextEntry): HTMLElement {
  const host = hostOf(entry);
  if (entry.nodes.length === 0) return host;
  drawRest(host, entry.nodes);
  entry.nodes = [];
  return host;
}

/** Draws every text on screen to its end, folded or not, for who looks for words in it. */
export function drawWhole(): void {
  for (const entry of texts.values()) if (entry.host) wholeOf(entry);
}

/** The same for as long as words are looked for. */
export function search(on: boolean): void {
  isSearched = on;
  if (on) drawWhole();
}

function drawn(nodes: readonly Node[]): HTMLElement {
  const host = document.createElement("div");
  host.className = "text";
  drawAll(host, nodes);
  host.addEventListener("click", onClick);
  host.addEventListener("auxclick", onLink);
  return host;
}

function onLink(event: Event): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link) return;
  // The page never navigates: the address goes out through the process, which checks it once more.
  event.preventDefault();
  const href = link.getAttribute("href");
  if (href) ports.openLink(href);
}

function onClick(event: Event): void {
  onLink(event);
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button[data-act]") : null;
  if (!button) return;
  switch (button.dataset.act) {
    case "copy":
      void copyCode(button);
      return;
    case "unfold": {
      const entry = entries.get(button.closest<HTMLElement>(".text") ?? button);
      if (entry && !button.closest(".code")) wholeOf(entry);
      unfold(button);
      return;
    }
    case "image":
      ports.openLink(button.dataset.href ?? "");
      return;
    case "footnote": {
      const label = button.dataset.label;
      const notes = button.closest(".text")?.querySelectorAll<HTMLElement>(".footnote") ?? [];
      for (const note of notes) if (note.dataset.footnote === label) note.scrollIntoView({ block: "center" });
      return;
    }
    default:
  }
}

async function copyCode(button: HTMLElement): Promise<void> {
  const block = button.closest<HTMLElement>(".code");
  const label = button.querySelector("span");
  if (!block || !label || !(await ports.copyText(sourceOf(block)))) return;
  label.textContent = t("Copied");
  setTimeout(() => {
    label.textContent = t("Copy");
  }, 1_500);
}

function sourceOf(block: HTMLElement): string {
  return Array.from(block.querySelectorAll(".line"), (line) => line.textContent ?? "").join("\n");
}

function unknownChange(_change: never): void {}

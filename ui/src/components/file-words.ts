import type { Attachment } from "../ipc/types";
import { counted, grouped } from "./counted";
import type { IconName } from "./icon";

/** What a file is, in a few words: `50 pages`, `pages 4–12 of 50`, `3 KB`, `42 files, 120 KB`. */
export function fileFacts({ kind, places, bytes, from, to }: Attachment): string {
  const one = placeOf[kind];
  if (one === undefined) return kind === "picture" ? "picture" : sizeWords(bytes);
  if (from || to) return `${one}s ${from ?? 1}–${to ?? places} of ${places}`;
  return kind === "folder" ? `${counted(places, one)}, ${sizeWords(bytes)}` : counted(places, one);
}

/** What a place in such a file is called; none for what has no places that a person would count. */
export const placeOf: Partial<Record<Attachment["kind"], string>> = {
  pdf: "page",
  slides: "slide",
  sheets: "sheet",
  folder: "file",
};

/** The icon of a file. */
export function iconOfFile({ kind }: Attachment): IconName {
  if (kind === "folder") return "folder";
  return kind === "picture" ? "image" : "file-text";
}

/** Estimated tokens: nobody needs their last digits. */
export function tokenWords(tokens: number): string {
  const step = tokens < 1_000 ? 10 : tokens < 10_000 ? 100 : 1_000;
  return `about ${grouped(Math.max(step, Math.round(tokens / step) * step))} tokens`;
}

function sizeWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

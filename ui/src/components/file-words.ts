import { locale, t } from "../i18n";
import type { Attachment } from "../ipc/types";
import { grouped } from "./counted";
import type { IconName } from "./icon";

/** What a file is, in a few words: `50 pages`, `pages 4–12 of 50`, `3 KB`, `42 files, 120 KB`. */
export function fileFacts({ kind, places, bytes, from, to }: Attachment): string {
  const place = placeOf[kind];
  if (place === undefined) return kind === "picture" ? t("picture") : sizeWords(bytes);
  if (from || to) {
    const range = { place, from: from ?? 1, to: to ?? places, all: places };
    return t("{place, select, page {pages} slide {slides} sheet {sheets} other {files}} {from}–{to} of {all}", range);
  }
  const count = placesWords(place, places);
  return kind === "folder" ? `${count}, ${sizeWords(bytes)}` : count;
}

type Place = "page" | "slide" | "sheet" | "file";

/** What a place in such a file is; none for what has no places that a person would count. */
export const placeOf: Partial<Record<Attachment["kind"], Place>> = {
  pdf: "page",
  slides: "slide",
  sheets: "sheet",
  folder: "file",
};

function placesWords(place: Place, n: number): string {
  switch (place) {
    case "page":
      return t("{n, plural, one {# page} other {# pages}}", { n });
    case "slide":
      return t("{n, plural, one {# slide} other {# slides}}", { n });
    case "sheet":
      return t("{n, plural, one {# sheet} other {# sheets}}", { n });
    case "file":
      return t("{n, plural, one {# file} other {# files}}", { n });
    default:
      return place satisfies never;
  }
}

/** The icon of a file. */
export function iconOfFile({ kind }: Attachment): IconName {
  if (kind === "folder") return "folder";
  return kind === "picture" ? "image" : "file-text";
}

/** Estimated tokens: nobody needs their last digits. */
export function tokenWords(tokens: number): string {
  const step = tokens < 1_000 ? 10 : tokens < 10_000 ? 100 : 1_000;
  return t("about {n} tokens", { n: grouped(Math.max(step, Math.round(tokens / step) * step)) });
}

function sizeWords(bytes: number): string {
  if (bytes < 1_000) return t("{n} bytes", { n: bytes });
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} KB`;
  return `${tenths.format(bytes / 1_000_000)} MB`;
}

const tenths = new Intl.NumberFormat(locale, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  useGrouping: false,
});

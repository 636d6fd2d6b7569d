import type { Attached, Attachment } from "./types";

/** Its size stands for its hash. */
export const hashOf = (file: Blob): string => String(file.size);

/** A page of 3 000 letters for each 3 000 bytes. */
export function attachmentOf({ hash, name, from, to }: Attached): Attachment {
  const bytes = Number(hash);
  const places = name.endsWith(".pdf") ? Math.max(1, Math.ceil(bytes / 3_000)) : 1;
  const share = ((to ?? places) - (from ?? 1) + 1) / places;
  const kind = name.endsWith(".pdf") ? "pdf" : name.endsWith(".png") ? "picture" : "text";
  const tokens = kind === "picture" ? 1_600 : Math.ceil((bytes * share) / 4);
  return { hash, name, kind, bytes, places, tokens, notes: [], ...(from && { from }), ...(to && { to }) };
}

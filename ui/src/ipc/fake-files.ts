import type { Attached, Attachment, FolderFiles } from "./types";

/** Its size stands for its hash. */
export const hashOf = (file: Blob): string => String(file.size);

/** What stands in every folder. */
export const folderFiles: FolderFiles = {
  files: [
    { place: 1, path: "Cargo.toml", tokens: 240 },
    { place: 2, path: "README.md", tokens: 1_200 },
    { place: 3, path: "src/main.rs", tokens: 12_000 },
    { place: 4, path: "src/parse.rs", tokens: 18_000 },
  ],
  left_out: [
    { path: "docs/logo.png", why: "Pictures are not sent with a folder. Attach it by itself." },
    { path: "latest", why: "This is a link, and links are not followed. Attach what it leads to." },
  ],
};

/** A page of 3 000 letters for each 3 000 bytes; of a folder, what stands in every one. */
export function attachmentOf({ hash, name, from, to }: Attached): Attachment {
  if (hash.startsWith("folder")) return folderOf({ hash, name, from: from ?? null, to: to ?? null });
  const bytes = Number(hash);
  const places = name.endsWith(".pdf") ? Math.max(1, Math.ceil(bytes / 3_000)) : 1;
  const share = ((to ?? places) - (from ?? 1) + 1) / places;
  const kind = name.endsWith(".pdf") ? "pdf" : name.endsWith(".png") ? "picture" : "text";
  const tokens = kind === "picture" ? 1_600 : Math.ceil((bytes * share) / 4);
  return { hash, name, kind, bytes, places, tokens, notes: [], ...(from && { from }), ...(to && { to }) };
}

function folderOf({ hash, name, from, to }: Attached): Attachment {
  const { files } = folderFiles;
  const sent = files.filter(({ place }) => (from ?? 1) <= place && place <= (to ?? files.length));
  const tokens = sent.reduce((sum, file) => sum + file.tokens, 0);
  const notes = ["2 left out: 1 picture, 1 link."];
  const range = { ...(from && { from }), ...(to && { to }) };
  return { hash, name, kind: "folder", bytes: 125_000, places: files.length, tokens, notes, ...range };
}

// Files that are to go with the next prompt of a chat, as the window knows them. Pure.
import type { Attached, Attachment, ConversationId } from "../ipc/types";
import type { State } from "./store";

/** A file on its way into a prompt. */
export type FileEntry = { key: string; name: string } & (
  | { at: "reading"; done: number; of: number }
  | { at: "ready"; file: Attachment }
  | { at: "refused"; message: string }
);

const NONE: FileEntry[] = [];
let madeSoFar = 0;

/** The files of the composer of a chat: those of this window, else those that its draft has on disk. */
export function filesOf(state: State, conversationId: ConversationId | null): FileEntry[] {
  return state.attached[conversationId ?? "new"] ?? NONE;
}

/** Those that were read. */
export function readyFiles(state: State, conversationId: ConversationId | null): Attachment[] {
  return filesOf(state, conversationId).flatMap((entry) => (entry.at === "ready" ? [entry.file] : []));
}

/** What a draft on disk has, as entries. */
export function entriesOf(files: Attachment[]): FileEntry[] {
  return files.map((file) => ({ key: keyOf(), name: file.name, at: "ready", file }));
}

/** What a prompt is sent with. */
export function attachedOf({ hash, name, from = null, to = null }: Attachment): Attached {
  return { hash, name, from, to };
}

/** A name for one entry of this window. */
export function keyOf(): string {
  madeSoFar += 1;
  return `file-${madeSoFar}`;
}

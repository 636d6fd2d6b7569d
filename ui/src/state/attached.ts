// Files that are to go with the next prompt of a chat. The process keeps and reads them; here is what the window shows of it.
import type { ConversationId, Draft } from "../ipc/types";
import { asCommandError, ask } from "./connection";
import { keepDraft, typedDraft } from "./drafts";
import { type FileEntry, filesOf, keyOf, readyFiles } from "./files";
import { useStore } from "./store";

/** Copies and reads files one after the other; each is in the list from the start. */
export async function attachFiles(conversationId: ConversationId | null, files: Iterable<File>): Promise<void> {
  const added = Array.from(files, (file) => ({ key: keyOf(), file }));
  change(conversationId, (entries) => [
    ...entries,
    ...added.map(({ key, file }) => ({ key, name: file.name, at: "reading", done: 0, of: 0 }) as const),
  ]);
  for (const { key, file } of added) await read(conversationId, key, file);
}

async function read(conversationId: ConversationId | null, key: string, file: File): Promise<void> {
  const put = (entry: FileEntry) =>
    change(conversationId, (entries) => entries.map((one) => (one.key === key ? entry : one)));
  const { name } = file;
  try {
    const hash = await ask().keepFile(file);
    const found = await ask().readFile({ hash, name }, ({ done, of }) => put({ key, name, at: "reading", done, of }));
    put({ key, name: found.name, at: "ready", file: found });
    keep(conversationId);
  } catch (error) {
    put({ key, name, at: "refused", message: asCommandError(error).message });
  }
}

/** Takes a file out again. One that is being read is forgotten when that is done. */
export function detachFile(conversationId: ConversationId | null, key: string): void {
  change(conversationId, (entries) => entries.filter((entry) => entry.key !== key));
  keep(conversationId);
}

/** Sends only these pages of a file. */
export async function choosePages(
  conversationId: ConversationId | null,
  key: string,
  from: number,
  to: number,
): Promise<void> {
  const entry = filesOf(useStore.getState(), conversationId).find((one) => one.key === key);
  if (entry?.at !== "ready") return;
  const { hash, name, places } = entry.file;
  const isAll = from <= 1 && to >= places;
  const file = await ask().readFile(isAll ? { hash, name } : { hash, name, from, to }, () => undefined);
  change(conversationId, (entries) => entries.map((one) => (one.key === key ? { key, name, at: "ready", file } : one)));
  keep(conversationId);
}

/** They went with a prompt. */
export function sentFiles(conversationId: ConversationId | null): void {
  change(conversationId, () => []);
}

/** The draft of a chat as it is now. */
export function draftOf(conversationId: ConversationId | null, text: string): Draft {
  return { conversation_id: conversationId, text, attachments: readyFiles(useStore.getState(), conversationId) };
}

function keep(conversationId: ConversationId | null): void {
  const { thread, newDraft } = useStore.getState();
  const stored = conversationId === null ? newDraft : thread?.conversationId === conversationId ? thread.draft : "";
  keepDraft(ask(), draftOf(conversationId, typedDraft(conversationId) ?? stored), true);
}

function change(conversationId: ConversationId | null, to: (entries: FileEntry[]) => FileEntry[]): void {
  useStore.setState((state) => ({
    attached: { ...state.attached, [conversationId ?? "new"]: to(filesOf(state, conversationId)) },
  }));
}

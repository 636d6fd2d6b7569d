// Files that are to go with the next prompt of a chat. The process keeps and reads them; here is what the window shows of it.
import type { CommandError, ConversationId, Draft } from "../ipc/types";
import { asCommandError, ask, attempt } from "./connection";
import { keepDraft, typedDraft } from "./drafts";
import { type FileEntry, filesOf, keyOf, readyFiles } from "./files";
import { useStore } from "./store";

/** Bytes of a file; the process takes no more, and it is said before they are read. */
const LARGEST = 128 * 1024 * 1024;
const TOO_LARGE: CommandError = { code: "invalid", message: "it has more than 128 MB, so it was not attached" };

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
    if (file.size > LARGEST) throw TOO_LARGE;
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
  const file = await attempt(ask().readFile(isAll ? { hash, name } : { hash, name, from, to }, () => undefined));
  if (!file) return;
  change(conversationId, (entries) => entries.map((one) => (one.key === key ? { key, name, at: "ready", file } : one)));
  keep(conversationId);
}

/** They went with a prompt; what was added since is for the next one. */
export function sentFiles(conversationId: ConversationId | null, sent: FileEntry[]): void {
  change(conversationId, (entries) => entries.filter((entry) => entry.at === "reading" || !sent.includes(entry)));
}

/** The draft of a chat as it is now. */
export function draftOf(conversationId: ConversationId | null, text: string): Draft {
  return { conversation_id: conversationId, text, attachments: readyFiles(useStore.getState(), conversationId) };
}

function keep(conversationId: ConversationId | null): void {
  const { thread, newDraft } = useStore.getState();
  const stored =
    conversationId === null ? newDraft : thread?.conversationId === conversationId ? thread.draft : undefined;
  const text = typedDraft(conversationId) ?? stored;
  // What is typed there on the disk is not known here, and must not be replaced. The file waits in this window for its chat.
  if (text !== undefined) keepDraft(ask(), draftOf(conversationId, text), true);
}

function change(conversationId: ConversationId | null, to: (entries: FileEntry[]) => FileEntry[]): void {
  useStore.setState((state) => ({
    attached: { ...state.attached, [conversationId ?? "new"]: to(filesOf(state, conversationId)) },
  }));
}

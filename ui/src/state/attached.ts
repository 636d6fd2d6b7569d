// Files that are to go with the next prompt of a chat. The process keeps and reads them; here is what the window shows of it.
import { t } from "../i18n";
import type { NamedFile } from "../ipc/client";
import type { CommandError, ConversationId, Draft } from "../ipc/types";
import { asCommandError, ask, attempt } from "./connection";
import { keepDraft, typedDraft } from "./drafts";
import { type FileEntry, filesOf, keyOf, readyFiles } from "./files";
import { useStore } from "./store";

/** Bytes of a file; the process takes no more, and it is said before they are read. */
const LARGEST = 128 * 1024 * 1024;
const TOO_LARGE: CommandError = {
  code: "invalid",
  message: t("it has more than 128 MB, so it was not attached"),
};

const FOLDER: CommandError = {
  code: "invalid",
  message: t("this system does not tell where a folder is that is dropped; attach it with the folder button"),
};

/** Something on its way in. */
interface Source {
  name: string;
  /** Has the process copy it; gives its hash. */
  keep(): Promise<string>;
}

/** What was dropped. */
export interface Dropped {
  file: File;
  /** As far as the page knows: it cannot look into one. */
  isFolder: boolean;
}

/** What the parts of the window may do with files. */
export const attaching = {
  attachFiles,
  attachDropped,
  attachFolder,
  detachFile,
  choosePages,

  /** Whether files are dragged over the window that look like links to the page. */
  filesOver: (): Promise<boolean> =>
    ask()
      .filesOver()
      .catch(() => false),
};

/** Copies and reads files one after the other; each is in the list from the start. */
function attachFiles(conversationId: ConversationId | null, files: Iterable<File>): Promise<void> {
  return attach(conversationId, Array.from(files, sourceOf));
}

/** Attaches a folder that the user picks. */
async function attachFolder(conversationId: ConversationId | null): Promise<void> {
  const folder = await attempt(ask().pickFolder());
  if (folder) await attach(conversationId, [sourceOfNamed(folder)]);
}

/** Attaches what was dropped: what the desktop told the process of it, else what the page got. */
async function attachDropped(conversationId: ConversationId | null, dropped: Dropped[]): Promise<void> {
  const named = await ask()
    .droppedFiles()
    .catch(() => []);
  const own = dropped.map(({ file, isFolder }) => (isFolder ? refused(file) : sourceOf(file)));
  await attach(conversationId, named.length > 0 ? named.map(sourceOfNamed) : own);
}

function refused({ name }: File): Source {
  return { name, keep: () => Promise.reject(FOLDER) };
}

function sourceOf(file: File): Source {
  const keep = () => (file.size > LARGEST ? Promise.reject(TOO_LARGE) : ask().keepFile(file));
  return { name: file.name, keep };
}

function sourceOfNamed({ id, name }: NamedFile): Source {
  return { name, keep: () => ask().keepNamed(id) };
}

async function attach(conversationId: ConversationId | null, sources: Source[]): Promise<void> {
  const added = sources.map((source) => ({ key: keyOf(), source }));
  change(conversationId, (entries) => [
    ...entries,
    ...added.map(({ key, source }) => ({ key, name: source.name, at: "reading", done: 0, of: 0 }) as const),
  ]);
  for (const { key, source } of added) await read(conversationId, key, source);
}

async function read(conversationId: ConversationId | null, key: string, { name, keep: copy }: Source): Promise<void> {
  const put = (entry: FileEntry) =>
    change(conversationId, (entries) => entries.map((one) => (one.key === key ? entry : one)));
  try {
    const hash = await copy();
    const found = await ask().readFile({ hash, name }, ({ done, of }) => put({ key, name, at: "reading", done, of }));
    put({ key, name: found.name, at: "ready", file: found });
    keep(conversationId);
  } catch (error) {
    put({ key, name, at: "refused", message: asCommandError(error).message });
  }
}

/** Takes a file out again. One that is being read is forgotten when that is done. */
function detachFile(conversationId: ConversationId | null, key: string): void {
  change(conversationId, (entries) => entries.filter((entry) => entry.key !== key));
  keep(conversationId);
}

/** Sends only these pages of a file. */
async function choosePages(
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

import { useLayoutEffect, useRef, useState } from "react";
import { Button, IconButton } from "../../components/button";
import { fileFacts, iconOfFile, tokenWords } from "../../components/file-words";
import { Icon } from "../../components/icon";
import { sentence } from "../../components/sentence";
import { t } from "../../i18n";
import type { Attachment, ConversationId } from "../../ipc/types";
import { actions } from "../../state/actions";
import type { FileEntry } from "../../state/files";
import { FolderButton } from "./folder-files";

interface FileChipsProps {
  conversationId: ConversationId | null;
  files: FileEntry[];
}

interface ChipsProps {
  label: string;
  conversationId: ConversationId | null;
  entries: FileEntry[];
}

/** The files of the composer, above its text. */
export function FileChips({ conversationId, files }: FileChipsProps) {
  // Those that will not be sent have a list of their own, so that neither kind pushes the other out of sight.
  const refused = files.filter((entry) => entry.at === "refused");
  const taken = files.filter((entry) => entry.at !== "refused");
  return (
    <>
      <Chips label={t("Not attached")} conversationId={conversationId} entries={refused} />
      <Chips label={t("Attached files")} conversationId={conversationId} entries={taken} />
    </>
  );
}

function Chips({ label, conversationId, entries }: ChipsProps) {
  const list = useRef<HTMLUListElement>(null);
  const count = useRef(entries.length);
  useLayoutEffect(() => {
    // What was just added is below those that fill the space.
    if (entries.length > count.current) list.current?.lastElementChild?.scrollIntoView?.({ block: "nearest" });
    count.current = entries.length;
  }, [entries.length]);
  if (entries.length === 0) return null;
  return (
    <ul ref={list} className="file-chips" aria-label={label}>
      {entries.map((entry) => (
        <Chip key={entry.key} conversationId={conversationId} entry={entry} />
      ))}
    </ul>
  );
}

function Chip({ conversationId, entry }: { conversationId: ConversationId | null; entry: FileEntry }) {
  const [isChoosing, setIsChoosing] = useState(false);
  const chip = useRef<HTMLLIElement>(null);
  const wasChoosing = useRef(false);
  useLayoutEffect(() => {
    // Its fields are gone, and the focus goes back to what opened them.
    if (wasChoosing.current && !isChoosing) chip.current?.querySelector<HTMLElement>("button")?.focus();
    wasChoosing.current = isChoosing;
  }, [isChoosing]);
  const file = entry.at === "ready" ? entry.file : null;
  const words = file !== null && file.places > 1 ? pageWords[file.kind] : undefined;
  const remove = () => {
    actions.detachFile(conversationId, entry.key);
    document.querySelector<HTMLTextAreaElement>("#composer")?.focus();
  };
  return (
    <li ref={chip} className={`file-chip ${entry.at === "refused" ? "is-refused" : ""}`}>
      <Icon name={iconOf(entry)} />
      <span className="file-chip-words">
        <span className="file-chip-name">{entry.name}</span>
        <span className="meta" role={entry.at === "refused" ? "alert" : undefined}>
          {factsOf(entry)}
        </span>
        {file?.notes.map((note) => (
          <span key={note} className="meta">
            {note}
          </span>
        ))}
      </span>
      {file && !isChoosing && <FolderButton file={file} />}
      {file && words && !isChoosing && (
        <Button small kind="quiet" onClick={() => setIsChoosing(true)}>
          {file.from || file.to ? words.other : words.some}
        </Button>
      )}
      {file && words && isChoosing && (
        <Pages
          file={file}
          words={words}
          onChosen={(from, to) => {
            setIsChoosing(false);
            void actions.choosePages(conversationId, entry.key, from, to);
          }}
          onLeave={() => setIsChoosing(false)}
        />
      )}
      <IconButton light icon="x" label={t("Remove {name}", { name: entry.name })} onClick={remove} />
    </li>
  );
}

interface PageWords {
  some: string;
  other: string;
  first: string;
  last: string;
}

/** Files of which a part can be chosen, and what a part of such a file is called. */
const pageWords: Partial<Record<Attachment["kind"], PageWords>> = {
  pdf: { some: t("Some pages"), other: t("Other pages"), first: t("First page"), last: t("Last page") },
  slides: { some: t("Some slides"), other: t("Other slides"), first: t("First slide"), last: t("Last slide") },
  sheets: { some: t("Some sheets"), other: t("Other sheets"), first: t("First sheet"), last: t("Last sheet") },
  folder: { some: t("Some files"), other: t("Other files"), first: t("First file"), last: t("Last file") },
};

interface PagesProps {
  file: Attachment;
  words: PageWords;
  onChosen(from: number, to: number): void;
  onLeave(): void;
}

function Pages({ file, words, onChosen, onLeave }: PagesProps) {
  const [from, setFrom] = useState(String(file.from ?? 1));
  const [to, setTo] = useState(String(file.to ?? file.places));
  const [first, last] = [Number(from), Number(to)];
  const isRange =
    Number.isInteger(first) && Number.isInteger(last) && 1 <= first && first <= last && last <= file.places;
  return (
    <form
      className="file-pages"
      onSubmit={(event) => {
        event.preventDefault();
        if (isRange) onChosen(first, last);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onLeave();
      }}
    >
      <PageField label={words.first} value={from} isBad={!isRange} isFirst onChange={setFrom} />
      <span aria-hidden="true">–</span>
      <PageField label={words.last} value={to} isBad={!isRange} onChange={setTo} />
      <span className="meta">{t("of {places}", { places: file.places })}</span>
      <Button small type="submit" disabled={!isRange}>
        {t("Use these")}
      </Button>
    </form>
  );
}

interface PageFieldProps {
  label: string;
  value: string;
  isBad: boolean;
  isFirst?: boolean;
  onChange(value: string): void;
}

function PageField({ label, value, isBad, isFirst, onChange }: PageFieldProps) {
  return (
    <input
      className={`field-input num ${isBad ? "is-bad" : ""}`}
      aria-label={label}
      aria-invalid={isBad || undefined}
      inputMode="numeric"
      ref={isFirst ? takeFocus : undefined}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function takeFocus(field: HTMLInputElement | null): void {
  field?.select();
}

/** The files of a prompt that was sent. */
export function SentFiles({ files }: { files: Attachment[] }) {
  if (files.length === 0) return null;
  return (
    <ul className="file-chips is-sent" aria-label={t("Attached files")}>
      {files.map((file) => (
        <li key={`${file.hash} ${file.name} ${file.from}`} className="file-chip">
          <Icon name={iconOfFile(file)} />
          <span className="file-chip-words">
            <span className="file-chip-name">{file.name}</span>
            <span className="meta">{fileFacts(file)}</span>
          </span>
          <FolderButton file={file} />
        </li>
      ))}
    </ul>
  );
}

function iconOf(entry: FileEntry) {
  if (entry.at === "refused") return "triangle-alert";
  return entry.at === "ready" ? iconOfFile(entry.file) : "file-text";
}

function factsOf(entry: FileEntry): string {
  switch (entry.at) {
    case "reading":
      return entry.of > 1 ? t("Reading, {done} of {of}", { done: entry.done, of: entry.of }) : t("Reading");
    case "refused":
      // Its name stands above.
      return sentence(entry.message.replace(`${entry.name}: `, ""));
    default:
      return `${fileFacts(entry.file)}, ${tokenWords(entry.file.tokens)}`;
  }
}

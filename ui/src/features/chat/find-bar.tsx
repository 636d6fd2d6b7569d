import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { IconButton } from "../../components/button";
import { grouped } from "../../components/counted";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import { isComposing } from "../../keys/chord";
import { keysOf, useShortcut } from "../../keys/registry";
import { useStore } from "../../state/store";
import { search } from "../../stream/texts";
import { type FindInThread, findInThread, MOST } from "./find-in-thread";
import { focusComposer } from "./use-composer-focus";
import "./find-bar.css";

interface FindBarProps {
  /** What is looked through. */
  content: { current: HTMLElement | null };
  reveal(range: Range): void;
  onClose(): void;
}

/** Finds words in the open chat. Enter walks on, Esc gives the focus back to what had it. */
export function FindBar({ content, reveal, onClose }: FindBarProps) {
  const finding = useRef<FindInThread | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const [before] = useState(() => document.activeElement);
  const [words, setWords] = useState("");
  const [found, setFound] = useState({ at: -1, count: 0 });
  const hasEarlier = useStore((state) => state.thread?.hasEarlier ?? false);
  const newest = useRef(reveal);
  newest.current = reveal;
  useLayoutEffect(() => {
    if (!content.current) return;
    search(true);
    const now = findInThread(content.current, {
      onFound: (at, count) => setFound({ at, count }),
      reveal: (range) => newest.current(range),
    });
    finding.current = now;
    field.current?.focus();
    return () => {
      finding.current = null;
      now.dispose();
      search(false);
    };
  }, [content]);
  const step = (by: 1 | -1): true => {
    finding.current?.step(by);
    return true;
  };
  useShortcut("find", () => {
    field.current?.select();
    return true;
  });
  useShortcut("find-next", () => step(1));
  useShortcut("find-previous", () => step(-1));
  const close = () => {
    onClose();
    const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body;
    if (isThere) before.focus({ preventScroll: true });
    else focusComposer();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    const isField = event.target === field.current;
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && isField) step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  };
  return (
    <search className="find-bar" onKeyDown={onKeyDown}>
      <Icon name="text-search" />
      <input
        ref={field}
        aria-label={t("Find in this chat")}
        placeholder={t("Find in this chat")}
        autoComplete="off"
        spellCheck={false}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          finding.current?.search(event.target.value);
        }}
      />
      <span className="meta num" role="status">
        {words.trim() !== "" && countWords(found.at, found.count, hasEarlier)}
      </span>
      <IconButton icon="arrow-up" label={t("Previous place")} keys={keysOf("find-previous")} onClick={() => step(-1)} />
      <IconButton icon="arrow-down" label={t("Next place")} keys={keysOf("find-next")} onClick={() => step(1)} />
      <IconButton icon="x" label={t("Close")} keys="Esc" onClick={close} />
    </search>
  );
}

/** `3 of 12`. */
function countWords(at: number, count: number, hasEarlier: boolean): string {
  if (count === 0) return hasEarlier ? t("Not in the turns that are shown") : t("Not found");
  const place = { at: grouped(at + 1), of: grouped(count) };
  return count === MOST ? t("{at} of {of} or more", place) : t("{at} of {of}", place);
}

import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { TextField } from "../../components/field";
import { t } from "../../i18n";
import { useShortcut } from "../../keys/registry";
import { type SectionId, sections } from "../../state/sections";
import { wordsOf } from "../../state/words";
import { narrow } from "./narrow";

interface SettingsSearchProps {
  /** What is looked through. */
  box: RefObject<HTMLElement | null>;
  onJump: (id: SectionId) => void;
}

/** The field that finds a setting, and the sections that have what it finds. */
export function SettingsSearch({ box, onJump }: SettingsSearchProps) {
  const [query, setQuery] = useState("");
  const [left, setLeft] = useState<readonly SectionId[]>(() => sections.map(({ id }) => id));
  const field = useRef<HTMLInputElement>(null);
  useShortcut("find", () => {
    field.current?.focus();
    field.current?.select();
    return true;
  });
  useEffect(() => {
    const { current } = box;
    if (!current) return;
    const look = () => setLeft(narrow(current, wordsOf(query)));
    look();
    if (query === "") return;
    // What is still asked about comes later, and may have the words in it.
    const later = new MutationObserver(look);
    later.observe(current, { childList: true, subtree: true, characterData: true });
    return () => later.disconnect();
  }, [box, query]);
  // The marks belong to this page.
  useEffect(() => {
    const { current } = box;
    return () => {
      if (current) narrow(current, []);
    };
  }, [box]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || query === "") return;
    event.preventDefault();
    setQuery("");
  };
  return (
    <div className="set-side">
      <TextField
        ref={field}
        hideLabel
        type="search"
        label={t("Find a setting")}
        placeholder={t("Find a setting")}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <nav className="set-nav" aria-label={t("Sections")}>
        {sections
          .filter(({ id }) => left.includes(id))
          .map(({ id, label }) => (
            <button key={id} type="button" onClick={() => onJump(id)}>
              {label}
            </button>
          ))}
      </nav>
      <p className="meta" role="status">
        {left.length === 0 && t('Nothing in the settings fits "{query}".', { query })}
      </p>
    </div>
  );
}

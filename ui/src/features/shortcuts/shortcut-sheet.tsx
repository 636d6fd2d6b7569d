import { type KeyboardEvent, useState } from "react";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { TextField } from "../../components/field";
import { t } from "../../i18n";
import { chordsOf, shownOf } from "../../keys/bindings";
import { written } from "../../keys/chord";
import { groups, shortcuts } from "../../keys/shortcuts";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { fits, wordsOf } from "../../state/words";
import "./shortcut-sheet.css";

/** Every shortcut on one sheet, with a field to find one by its words or keys. */
export function ShortcutSheet() {
  const isOpen = useStore((state) => state.shortcutsOpen);
  const close = () => actions.openShortcuts(false);
  return (
    <Dialog
      wide
      isText
      open={isOpen}
      onClose={close}
      title={t("Shortcuts")}
      actions={
        <Button
          onClick={() => {
            close();
            actions.openSettings("keyboard");
          }}
        >
          {t("Change keys")}
        </Button>
      }
    >
      <Sheet />
    </Dialog>
  );
}

interface SheetLine {
  id: string;
  label: string;
  keys: string[];
}

function Sheet() {
  const [query, setQuery] = useState("");
  const quickAsk = useStore((state) => state.settings.quick_ask_shortcut);
  const found = groups.flatMap((group) => {
    const lines = linesOf(group, quickAsk).filter((line) => isFound(line, t(group), query));
    return lines.length > 0 ? [{ group, lines }] : [];
  });
  return (
    <div className="keysheet">
      <TextField
        hideLabel
        type="search"
        label={t("Find a shortcut")}
        placeholder={t("Find by words or keys")}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={scrollBeside}
      />
      {found.length === 0 && <p className="soft">{t('No shortcut fits "{query}".', { query })}</p>}
      {found.map(({ group, lines }) => (
        <section key={group}>
          <h3>{t(group)}</h3>
          <dl>
            {lines.map(({ id, label, keys }) => (
              <div key={id} className="keysheet-line">
                <dt>{label}</dt>
                <dd>
                  {keys.map((one) => (
                    <kbd key={one}>{one}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

function linesOf(group: (typeof groups)[number], quickAsk: string | null): SheetLine[] {
  const lines = shortcuts
    .filter((one) => one.group === group && chordsOf(one.id).length > 0)
    .map((one) => ({ id: one.id, label: one.label, keys: shownOf(one).map((chord) => written(chord)) }));
  if (group !== "Window" || quickAsk === null) return lines;
  return [...lines, { id: "quick-ask", label: t("Quick ask, from any program"), keys: [written(quickAsk)] }];
}

/** By words of its name or group, or by its keys as they are written. */
function isFound({ label, keys }: SheetLine, group: string, query: string): boolean {
  const bare = (text: string) => text.toLowerCase().replace(/[\s+]/g, "");
  const words = wordsOf(query);
  return (words.length > 0 && fits(`${group} ${label}`, words)) || keys.some((one) => bare(one).includes(bare(query)));
}

/** The keys that scroll do so although the field has the focus. */
function scrollBeside(event: KeyboardEvent<HTMLInputElement>): void {
  const step = { ArrowDown: 40, ArrowUp: -40, PageDown: 320, PageUp: -320 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  event.currentTarget.closest(".dialog-body")?.scrollBy(0, step);
}

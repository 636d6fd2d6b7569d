import { useEffect, useState } from "react";
import { Button, IconButton } from "../../components/button";
import { Note } from "../../components/note";
import { t } from "../../i18n";
import { chordsOf } from "../../keys/bindings";
import { written } from "../../keys/chord";
import { pressed } from "../../keys/pressed";
import { type Shortcut, shortcuts } from "../../keys/shortcuts";
import { actions } from "../../state/actions";
import { Row } from "./section";
import { ShortcutRecorder } from "./shortcut-recorder";

/** Keys that were asked for and belong to another. */
interface Asked {
  keys: string;
  holder: Shortcut;
}

/** Whether it has other keys than it came with. */
export const isRebound = ({ id, chords }: Shortcut): boolean => chordsOf(id).join(" ") !== chords.join(" ");

/** One command and its keys. */
export function KeyRow({ shortcut, quickAsk }: { shortcut: Shortcut; quickAsk: string | null }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const { id, label } = shortcut;
  const keys = chordsOf(id);

  const read = (event: KeyboardEvent) => {
    const what = pressed(event);
    if (what.kind !== "chord" || what.chord.replace("Mod", "Ctrl") !== quickAsk) return what;
    return {
      kind: "refused" as const,
      why: t("{keys} opens Quick ask from any program.", { keys: written(what.chord) }),
    };
  };
  const record = (chord: string) => {
    const holder = holderNamed(chord, shortcut);
    setAsked(holder ? { keys: chord, holder } : null);
    if (!holder) void actions.bindKeys(id, chord);
  };
  const reset = () => {
    const holders = shortcut.chords.map((chord) => ({ keys: chord, holder: holderNamed(chord, shortcut) }));
    const taken = holders.find((one): one is Asked => one.holder !== null);
    setAsked(taken ?? null);
    if (!taken) void actions.unbindKeys(id);
  };
  // Escape leaves it, wherever the focus is, and not the settings.
  useEffect(() => {
    if (!asked) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      setAsked(null);
    };
    document.addEventListener("keydown", onKey, true);
    return () => document.removeEventListener("keydown", onKey, true);
  }, [asked]);
  const takeOver = ({ keys: chord }: Asked) => {
    setAsked(null);
    void actions.bindKeys(id, chord);
  };
  return (
    <>
      <Row
        label={label}
        hint={
          keys.length > 1
            ? t("Also {keys}", {
                keys: keys
                  .slice(1)
                  .map((one) => written(one))
                  .join(", "),
              })
            : undefined
        }
      >
        {isRebound(shortcut) && (
          <Button small kind="quiet" aria-label={t("Reset the keys of {command}", { command: label })} onClick={reset}>
            {t("Reset")}
          </Button>
        )}
        {keys.length > 0 && (
          <IconButton
            light
            icon="x"
            label={t("No keys for {command}", { command: label })}
            onClick={() => void actions.bindKeys(id, null)}
          />
        )}
        <ShortcutRecorder name={label} shortcut={keys[0] ?? null} read={read} onRecorded={record} />
      </Row>
      {asked && (
        <Note
          kind="you"
          icon="keyboard"
          role="status"
          actions={
            <>
              <Button small onClick={() => setAsked(null)}>
                {asked.holder.fixed ? t("OK") : t("Leave it")}
              </Button>
              {!asked.holder.fixed && (
                <Button small onClick={() => takeOver(asked)}>
                  {t("Use it here")}
                </Button>
              )}
            </>
          }
        >
          {takenWords(asked)}
        </Note>
      )}
    </>
  );
}

function takenWords({ keys, holder: { label: command, fixed } }: Asked): string {
  const taken = { keys: written(keys), command };
  return fixed
    ? t('{keys} belongs to "{command}", which keeps it.', taken)
    : t('{keys} belongs to "{command}". Used here, that is left without these keys.', taken);
}

/** Who else has these keys now. */
function holderNamed(chord: string, own: Shortcut): Shortcut | null {
  return shortcuts.find((one) => one.id !== own.id && chordsOf(one.id).includes(chord)) ?? null;
}

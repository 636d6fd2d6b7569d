import { type KeyboardEvent, useState } from "react";
import { Button } from "../../components/button";
import { t } from "../../i18n";
import { written } from "../../keys/chord";
import type { Pressed } from "../../keys/pressed";

interface ShortcutRecorderProps {
  /** The keys now; `null` for none. */
  shortcut: string | null;
  /** What they do, where there are several of these. */
  name?: string;
  read: (event: globalThis.KeyboardEvent) => Pressed;
  onRecorded: (shortcut: string) => void;
}

/** Shows a shortcut; after a press it takes the next keys as the new one. */
export function ShortcutRecorder({ shortcut, name, read, onRecorded }: ShortcutRecorderProps) {
  const [isRecording, setRecording] = useState(false);
  const [hint, setHint] = useState<string | null>(null);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!isRecording) return;
    if (event.key === "Tab" && !event.ctrlKey && !event.altKey && !event.metaKey) {
      setRecording(false);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape" && !event.ctrlKey && !event.altKey && !event.metaKey) {
      setRecording(false);
      return;
    }
    const keys = read(event.nativeEvent);
    if (keys.kind === "more") return;
    if (keys.kind === "refused") {
      setHint(keys.why);
      return;
    }
    setRecording(false);
    setHint(null);
    onRecorded(keys.chord);
  };
  const now = { keys: shortcut === null ? t("no keys") : written(shortcut) };
  return (
    <span className="set-recorder">
      {hint && isRecording && (
        <span className="meta" role="status">
          {hint}
        </span>
      )}
      <Button
        small
        className="num"
        aria-label={
          isRecording
            ? t("Press the new keys, Esc to leave it")
            : name === undefined
              ? t("Change the shortcut, now {keys}", now)
              : t("Change the keys of {command}, now {keys}", { command: name, ...now })
        }
        onClick={() => {
          setHint(null);
          setRecording(true);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setRecording(false)}
      >
        {isRecording ? t("Press the new keys") : shortcut === null ? t("No keys") : written(shortcut)}
      </Button>
    </span>
  );
}

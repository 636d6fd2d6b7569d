import { type KeyboardEvent, useState } from "react";
import { Button } from "../../components/button";
import { isMac, written } from "../../keys/chord";
import { chordOf } from "./record-chord";

interface ShortcutRecorderProps {
  shortcut: string;
  onRecorded: (shortcut: string) => void;
}

/** Shows a shortcut; after a press it takes the next keys as the new one. */
export function ShortcutRecorder({ shortcut, onRecorded }: ShortcutRecorderProps) {
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
    if (event.key === "Escape") {
      setRecording(false);
      return;
    }
    const chord = chordOf(event.nativeEvent, isMac);
    if (chord === "more") return;
    if (chord === "bare") {
      setHint("Hold Ctrl, Alt or the system key as well.");
      return;
    }
    setRecording(false);
    setHint(null);
    onRecorded(chord);
  };
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
          isRecording ? "Press the new keys, Esc to leave it" : `Change the shortcut, now ${written(shortcut)}`
        }
        onClick={() => {
          setHint(null);
          setRecording(true);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setRecording(false)}
      >
        {isRecording ? "Press the new keys" : written(shortcut)}
      </Button>
    </span>
  );
}

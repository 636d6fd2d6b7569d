import { useState } from "react";
import { Button } from "../../components/button";
import { Switch } from "../../components/field";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { DesktopStatus, Settings } from "../../ipc/types";
import { isMac, written } from "../../keys/chord";
import type { Pressed } from "../../keys/pressed";
import { actions } from "../../state/actions";
import { defaultSettings } from "../../state/store";
import { chordOf } from "./record-chord";
import { Row, Section } from "./section";
import { ShortcutRecorder } from "./shortcut-recorder";
import { ShortcutTest } from "./shortcut-test";

interface QuickAskSectionProps {
  settings: Settings;
  status: DesktopStatus | null;
  onChanged: () => void;
}

/** The shortcut that asks from anywhere. */
export function QuickAskSection({ settings, status, onChanged }: QuickAskSectionProps) {
  const [answer, setAnswer] = useState<DesktopStatus | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const shown = answer ?? status;
  const shortcut = settings.quick_ask_shortcut;

  const set = async (next: string | null) => {
    setProblem(null);
    try {
      setAnswer(await actions.setShortcut(next));
      onChanged();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  const trouble = problem ?? troubleWords(shown, shortcut);
  return (
    <Section id="quick-ask" title={t("Quick ask")}>
      <div className="set-card">
        <Row
          label={t("Ask from anywhere")}
          hint={t("A small field above all windows, for a new chat or for the background.")}
        >
          {(hintId) => (
            <Switch
              label={t("Ask from anywhere")}
              {...(hintId ? { describedBy: hintId } : {})}
              checked={shortcut !== null}
              onChange={(isOn) => void set(isOn ? defaultSettings.quick_ask_shortcut : null)}
            />
          )}
        </Row>
        {shortcut !== null && (
          <>
            <Row
              label={t("Shortcut")}
              hint={shown?.shortcut === "ready" ? sentence(shown.shortcut_message) : undefined}
            >
              <ShortcutRecorder shortcut={shortcut} read={readGlobal} onRecorded={(next) => void set(next)} />
            </Row>
            <ShortcutTest key={shortcut} shortcut={shortcut} status={shown} />
          </>
        )}
      </div>
      {trouble && (
        <Note
          kind="you"
          icon="keyboard"
          role="status"
          actions={
            shown?.shortcut === "conflict" &&
            shortcut && (
              <Button small onClick={() => void set(shortcut)}>
                {t("Try again")}
              </Button>
            )
          }
        >
          {trouble}
        </Note>
      )}
    </Section>
  );
}

function readGlobal(event: KeyboardEvent): Pressed {
  const chord = chordOf(event, isMac);
  if (chord === "more") return { kind: "more" };
  if (chord === "bare") return { kind: "refused", why: t("Hold Ctrl, Alt or the system key as well.") };
  return { kind: "chord", chord };
}

function troubleWords(status: DesktopStatus | null, shortcut: string | null): string | null {
  if (status?.shortcut === "conflict") {
    const said = sentence(status.shortcut_message);
    if (said) return said;
    return shortcut
      ? t("{keys} belongs to another program. Choose another one.", { keys: written(shortcut) })
      : t("This shortcut belongs to another program. Choose another one.");
  }
  if (status?.shortcut === "unsupported") {
    return sentence(status.shortcut_message) || t("This desktop does not let programs have global shortcuts.");
  }
  return null;
}

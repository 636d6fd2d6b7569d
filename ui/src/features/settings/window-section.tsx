import { Button } from "../../components/button";
import { Switch } from "../../components/field";
import { Note } from "../../components/note";
import { t } from "../../i18n";
import type { DesktopStatus, Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Row, Section } from "./section";
import { StartRow } from "./start-row";

interface WindowSectionProps {
  settings: Settings;
  status: DesktopStatus | null;
  onChanged: () => void;
}

/** When Meanwhile starts, and what closing the window means. */
export function WindowSection({ settings, status, onChanged }: WindowSectionProps) {
  return (
    <Section id="window" title={t("Window")}>
      {status && !status.tray && (
        <Note kind="you" icon="info">
          {t(
            "No tray was found on this desktop. Work goes on after the window closes; start Meanwhile again to get the window back.",
          )}
        </Note>
      )}
      <div className="set-card">
        <Row
          label={t("Keep working when the window closes")}
          hint={
            settings.quit_on_close
              ? t("Off: closing the window quits. Running answers are cut and go on from there at the next start.")
              : status?.tray
                ? t("Meanwhile goes on in the tray. Background work is not interrupted.")
                : t("Meanwhile goes on. Background work is not interrupted.")
          }
        >
          {(hintId) => (
            <Switch
              label={t("Keep working when the window closes")}
              {...(hintId ? { describedBy: hintId } : {})}
              checked={!settings.quit_on_close}
              onChange={(keeps) => void actions.saveSettings({ quit_on_close: !keeps, close_explained: true })}
            />
          )}
        </Row>
        {status && status.autostart !== null && (
          <StartRow isOn={status.autostart} isInTray={status.tray} onChanged={onChanged} />
        )}
        <Row label={t("Quit")} hint={t("Running answers are cut and go on from there at the next start.")}>
          <Button small onClick={() => void actions.askQuit()}>
            {t("Quit Meanwhile")}
          </Button>
        </Row>
      </div>
    </Section>
  );
}

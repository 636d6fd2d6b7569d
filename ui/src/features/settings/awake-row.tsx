import { Switch } from "../../components/field";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { t } from "../../i18n";
import type { DesktopStatus, Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Row } from "./section";

interface AwakeRowProps {
  settings: Settings;
  status: DesktopStatus | null;
  onChanged: () => void;
}

/** Whether this computer stays awake for background work. */
export function AwakeRow({ settings, status, onChanged }: AwakeRowProps) {
  const set = async (on: boolean) => {
    await actions.saveSettings({ keep_awake: on });
    onChanged();
  };
  return (
    <>
      <Row
        label={t("Keep this computer awake")}
        hint={t(
          "While background tasks run and it is on mains. On battery it sleeps as always, and work goes on after that.",
        )}
      >
        {(hintId) => (
          <Switch
            label={t("Keep this computer awake")}
            {...(hintId ? { describedBy: hintId } : {})}
            checked={settings.keep_awake}
            onChange={(on) => void set(on)}
          />
        )}
      </Row>
      {settings.keep_awake && status?.awake_message && (
        <Note kind="you" icon="triangle-alert" role="status">
          {sentence(status.awake_message)}
        </Note>
      )}
    </>
  );
}

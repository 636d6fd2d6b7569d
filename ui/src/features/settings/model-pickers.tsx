import { t } from "../../i18n";
import type { Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { ModelChoice } from "./model-choice";
import { Row } from "./section";

/** Which model answers new chats, and which one works in the background. */
export function ModelPickers({ settings }: { settings: Settings }) {
  return (
    <div className="set-card">
      <Row label={t("Model for new chats")}>
        <ModelChoice
          label={t("Model for new chats")}
          chosen={settings.default_model}
          words={t("Not chosen yet")}
          onChoose={(default_model) => void actions.saveSettings({ default_model })}
        />
      </Row>
      <Row
        label={t("Model for background work")}
        hint={t("For tasks from a terminal or another program that name none. A chat asks the model it shows.")}
      >
        <ModelChoice
          label={t("Model for background work")}
          chosen={settings.background_model}
          words={t("The same as for new chats")}
          none={t("The same as for new chats")}
          onChoose={(background_model) => void actions.saveSettings({ background_model })}
        />
      </Row>
    </div>
  );
}

import type { Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { ModelChoice } from "./model-choice";
import { Row } from "./section";

/** Which model answers new chats, and which one works in the background. */
export function ModelPickers({ settings }: { settings: Settings }) {
  return (
    <div className="set-card">
      <Row label="Model for new chats">
        <ModelChoice
          label="Model for new chats"
          chosen={settings.default_model}
          words="Not chosen yet"
          onChoose={(default_model) => void actions.saveSettings({ default_model })}
        />
      </Row>
      <Row
        label="Model for background work"
        hint="For tasks from a terminal or another program that name none. A chat asks the model it shows."
      >
        <ModelChoice
          label="Model for background work"
          chosen={settings.background_model}
          words="The same as for new chats"
          none="The same as for new chats"
          onChoose={(background_model) => void actions.saveSettings({ background_model })}
        />
      </Row>
    </div>
  );
}

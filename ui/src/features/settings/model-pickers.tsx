import { Button } from "../../components/button";
import { type Option, Select } from "../../components/field";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import type { Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { Row } from "./section";

/** Which model answers new chats, and which one works in the background. */
export function ModelPickers({ settings }: { settings: Settings }) {
  const list = useStore((state) => state.models);
  const names = list?.models.map((model) => model.id) ?? [];
  return (
    <>
      <div className="set-card">
        <Row label="Model for new chats">
          <Select
            hideLabel
            label="Model for new chats"
            className="set-pick"
            value={settings.default_model ?? ""}
            options={optionsOf(names, settings.default_model, "Not chosen yet")}
            onChange={(value) => void actions.saveSettings({ default_model: value || null })}
          />
        </Row>
        <Row
          label="Model for background work"
          hint="For tasks from a terminal or another program that name none. A chat asks the model it shows."
        >
          <Select
            hideLabel
            label="Model for background work"
            className="set-pick"
            value={settings.background_model ?? ""}
            options={optionsOf(names, settings.background_model, "The same as for new chats")}
            onChange={(value) => void actions.saveSettings({ background_model: value || null })}
          />
        </Row>
      </div>
      {list && list.problems.length > 0 && (
        <Note
          icon="info"
          actions={
            <Button small onClick={() => void actions.loadModels()}>
              Ask again
            </Button>
          }
        >
          {list.problems.map((problem) => (
            <div key={problem.provider}>
              {problem.provider} named no models. {sentence(problem.message)}
            </div>
          ))}
        </Note>
      )}
    </>
  );
}

// A chosen model stays in the list while its provider is away.
function optionsOf(names: string[], chosen: string | null, none: string): Option[] {
  const all = chosen && !names.includes(chosen) ? [chosen, ...names] : names;
  return [{ value: "", label: none }, ...all.map((name) => ({ value: name, label: name }))];
}

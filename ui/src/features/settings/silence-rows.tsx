import { type Option, Select } from "../../components/field";
import { t } from "../../i18n";
import type { Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { ModelChoice } from "./model-choice";
import { Row } from "./section";

/** What all models get that nothing else was chosen for. */
const USUAL = 300;
const TIMES = [60, 120, USUAL, 900, 1_800, 3_600, 14_400];

/** How long a model may say nothing before its answer counts as broken off. */
export function SilenceRows({ settings }: { settings: Settings }) {
  const chosen = Object.entries(settings.silence).flatMap(([model, time]) => (time ? [[model, time] as const] : []));
  const keep = (model: string, time: number) => {
    const { [model]: _, ...rest } = settings.silence;
    void actions.saveSettings({ silence: time === USUAL ? rest : { ...rest, [model]: time } });
  };
  return (
    <div className="set-card">
      {chosen.map(([model, time]) => (
        <Row key={model} label={model} hint={t("May be silent for this long.")}>
          <Select
            hideLabel
            label={t("Silence of {model}", { model })}
            className="set-pick"
            value={String(time)}
            options={timesWith(time)}
            onChange={(value) => keep(model, Number(value))}
          />
        </Row>
      ))}
      <Row
        label={t("More time for a model")}
        hint={t(
          "A model that says nothing for 5 minutes is given up, after 2 when not even its connection shows a sign of life. One that thinks or loads for longer can have more.",
        )}
      >
        <ModelChoice
          label={t("More time for a model")}
          chosen={null}
          words={t("Choose a model")}
          onChoose={(model) => model && !(model in settings.silence) && keep(model, 900)}
        />
      </Row>
    </div>
  );
}

function timesWith(time: number): Option[] {
  const all = TIMES.includes(time) ? TIMES : [...TIMES, time].sort((a, b) => a - b);
  return all.map((seconds) => ({ value: String(seconds), label: words(seconds) }));
}

function words(seconds: number): string {
  if (seconds === USUAL) return t("5 minutes, as all others");
  if (seconds >= 3_600) return t("{n, plural, one {# hour} other {# hours}}", { n: seconds / 3_600 });
  if (seconds >= 60 && seconds % 60 === 0)
    return t("{n, plural, one {# minute} other {# minutes}}", { n: seconds / 60 });
  return t("{n, plural, one {# second} other {# seconds}}", { n: seconds });
}

import { Button } from "../../components/button";
import { Switch } from "../../components/field";
import { useAnswer } from "../../components/use-answer";
import { t } from "../../i18n";
import type { Calibration, Offers, Settings, Shape } from "../../ipc/types";
import { actions } from "../../state/actions";
import { scoreWords, shapes, shapeWords } from "../../state/offer-words";
import { modelName } from "../../state/task-words";
import { Row, Section } from "./section";

/** For what the background is suggested, and how good what is said of its length was. */
export function OffersSection({ settings: { offers } }: { settings: Settings }) {
  const score = useAnswer(actions.calibration);
  const keep = (change: Partial<Offers>) => void actions.saveSettings({ offers: { ...offers, ...change } });
  const others = (shape: Shape) => offers.without.filter((one) => one !== shape);
  return (
    <Section id="offers" title={t("Offers")}>
      <div className="set-card">
        <Row
          label={t("Suggest the background")}
          hint={t("For what takes long: before it is sent, or while it streams. Nothing goes there by itself.")}
        >
          {(hintId) => (
            <Switch
              label={t("Suggest the background")}
              {...(hintId ? { describedBy: hintId } : {})}
              checked={!offers.never}
              onChange={(isOn) => keep({ never: !isOn })}
            />
          )}
        </Row>
        {shapes.map((shape) => {
          const { name, hint } = shapeWords(shape);
          return (
            <Row key={shape} label={name} hint={hint}>
              {(hintId) => (
                <Switch
                  label={name}
                  {...(hintId ? { describedBy: hintId } : {})}
                  disabled={offers.never}
                  checked={!offers.never && !offers.without.includes(shape)}
                  onChange={(isOn) => keep({ without: isOn ? others(shape) : [...others(shape), shape] })}
                />
              )}
            </Row>
          );
        })}
        <Row
          label={score.value ? (scoreWords(score.value) ?? t("No forecast yet")) : t("Forecasts")}
          hint={scored(score.value, score.error)}
        />
        <Row
          label={t("What you sat through")}
          hint={t("Long answers of the last week that you watched, and what would have helped.")}
        >
          <Button small onClick={() => actions.setPage("audit")}>
            {t("Look at it")}
          </Button>
        </Row>
      </div>
    </Section>
  );
}

/** By model, or why there is nothing to say. */
function scored(score: Calibration | null, error: string | null): string {
  if (error !== null) return `${t("How good they were could not be read.")} ${error}`;
  if (!score) return "";
  if (score.of === 0)
    return t(
      "How long something takes is said once five of its kind are done: the same model, about as long a prompt.",
    );
  return score.models
    .map(({ name, right, of }) => t("{model} {right} of {of}", { model: modelName(name), right, of }))
    .join(", ");
}

import { Switch } from "../../components/field";
import { t } from "../../i18n";
import type { QuietHours } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Row } from "./section";

/** The part of each day in which nobody is disturbed. */
export function QuietRow({ quiet }: { quiet: QuietHours }) {
  const save = (part: Partial<QuietHours>) => void actions.saveSettings({ quiet_hours: { ...quiet, ...part } });
  return (
    <>
      <Row
        label={t("Quiet hours")}
        hint={t(
          "No desktop notices; messages to your channels wait until they end, unless you looked at the task by then.",
        )}
      >
        {(hintId) => (
          <Switch
            label={t("Quiet hours")}
            {...(hintId ? { describedBy: hintId } : {})}
            checked={quiet.on}
            onChange={(on) => save({ on })}
          />
        )}
      </Row>
      {quiet.on && (
        <>
          <Row label={t("From and until")}>
            <Moment
              label={t("From, quiet hours")}
              value={quiet.from}
              other={quiet.to}
              onChange={(from) => save({ from })}
            />
            <Moment
              label={t("Until, quiet hours")}
              value={quiet.to}
              other={quiet.from}
              onChange={(to) => save({ to })}
            />
          </Row>
          <Row
            label={t("What needs you passes")}
            hint={t("A question or a refused key is told at once, also at night.")}
          >
            {(hintId) => (
              <Switch
                label={t("What needs you passes")}
                {...(hintId ? { describedBy: hintId } : {})}
                checked={quiet.needs_you_passes}
                onChange={(needs_you_passes) => save({ needs_you_passes })}
              />
            )}
          </Row>
        </>
      )}
    </>
  );
}

interface MomentProps {
  label: string;
  value: number;
  /** The other end: both at once would be no time at all. */
  other: number;
  onChange: (minutes: number) => void;
}

function Moment({ label, value, other, onChange }: MomentProps) {
  const two = (number: number) => String(number).padStart(2, "0");
  return (
    <input
      type="time"
      className="field-input quiet-time"
      aria-label={label}
      value={`${two(Math.floor(value / 60))}:${two(value % 60)}`}
      onChange={(event) => {
        const [hours, minutes] = event.target.value.split(":").map(Number);
        const at = (hours ?? Number.NaN) * 60 + (minutes ?? Number.NaN);
        if (Number.isInteger(at) && at !== other) onChange(at);
      }}
    />
  );
}

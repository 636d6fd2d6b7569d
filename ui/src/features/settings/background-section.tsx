import { useEffect, useState } from "react";
import { grouped } from "../../components/counted";
import { TextField } from "../../components/field";
import { t } from "../../i18n";
import type { DesktopStatus, Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { AwakeRow } from "./awake-row";
import { BudgetRows } from "./budget-rows";
import { NamesRow } from "./names-row";
import { ProviderPlaces } from "./provider-places";
import { Row, Section } from "./section";

/** As many as the core takes. */
const MOST = 1_024;

interface BackgroundSectionProps {
  settings: Settings;
  status: DesktopStatus | null;
  onChanged: () => void;
}

/** How much is done at the same time. */
export function BackgroundSection({ settings, status, onChanged }: BackgroundSectionProps) {
  const [text, setText] = useState(String(settings.parallel_tasks));
  useEffect(() => setText(String(settings.parallel_tasks)), [settings.parallel_tasks]);
  const places = Number(text);
  const isWrong = !Number.isInteger(places) || places < 1 || places > MOST;

  const keep = () => {
    if (isWrong) setText(String(settings.parallel_tasks));
    else if (places !== settings.parallel_tasks) void actions.saveSettings({ parallel_tasks: places });
  };
  return (
    <Section id="background" title={t("Background work")}>
      <div className="set-card">
        <Row
          label={t("Tasks at the same time")}
          hint={t("1 to {most}. The others wait in the queue. Answers you watch have places of their own.", {
            most: grouped(MOST),
          })}
        >
          <TextField
            hideLabel
            label={t("Tasks at the same time")}
            className="set-number num"
            type="number"
            min={1}
            max={MOST}
            value={text}
            error={isWrong ? t("1 to {most}", { most: grouped(MOST) }) : null}
            onChange={(event) => setText(event.target.value)}
            onBlur={keep}
            onKeyDown={(event) => {
              if (event.key === "Enter") keep();
            }}
          />
        </Row>
        <ProviderPlaces settings={settings} />
        <NamesRow names={settings.chat_names} />
        <AwakeRow settings={settings} status={status} onChanged={onChanged} />
      </div>
      <BudgetRows settings={settings} />
    </Section>
  );
}

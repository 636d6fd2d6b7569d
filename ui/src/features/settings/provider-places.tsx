import { type Option, Select } from "../../components/field";
import { useAnswer } from "../../components/use-answer";
import { t } from "../../i18n";
import type { Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Row } from "./section";

const PLACES = [1, 2, 3, 4, 6, 8, 12, 16, 32, 64];
/** What a local server usually bears. */
const FIRST = 1;
const ALL = "all";

/** Providers that answer fewer tasks at the same time than there are places. */
export function ProviderPlaces({ settings }: { settings: Settings }) {
  const providers = useAnswer(actions.providers);
  const own = Object.entries(settings.provider_tasks).flatMap(([name, places]) =>
    places ? [[name, places] as const] : [],
  );
  const others = providers.value?.filter(({ name }) => !(name in settings.provider_tasks)) ?? [];
  const keep = (name: string, places: string) => {
    const { [name]: _, ...rest } = settings.provider_tasks;
    void actions.saveSettings({ provider_tasks: places === ALL ? rest : { ...rest, [name]: Number(places) } });
  };
  return (
    <>
      {own.map(([name, places]) => (
        <Row key={name} label={name} hint={t("Answers this many tasks at the same time.")}>
          <Select
            hideLabel
            label={t("Tasks at the same time of {name}", { name })}
            className="set-pick"
            value={String(places)}
            options={placesWith(places)}
            onChange={(value) => keep(name, value)}
          />
        </Row>
      ))}
      <Row
        label={t("Fewer for one provider")}
        hint={t("A server on this computer is often faster with one task after the other.")}
      >
        <Select
          hideLabel
          label={t("Fewer for one provider")}
          className="set-pick"
          value=""
          options={[
            { value: "", label: t("Choose a provider") },
            ...others.map(({ name }) => ({ value: name, label: name })),
          ]}
          onChange={(name) => name && keep(name, String(FIRST))}
        />
      </Row>
    </>
  );
}

function placesWith(places: number): Option[] {
  const all = PLACES.includes(places) ? PLACES : [...PLACES, places].sort((a, b) => a - b);
  const counts = all.map((count) => ({ value: String(count), label: String(count) }));
  return [{ value: ALL, label: t("As many as there are places") }, ...counts];
}

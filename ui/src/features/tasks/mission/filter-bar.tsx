import type { ReactNode } from "react";
import { Button } from "../../../components/button";
import { Select, TextField } from "../../../components/field";
import { Icon } from "../../../components/icon";
import { t } from "../../../i18n";
import { useStore } from "../../../state/store";
import { modelName } from "../../../state/task-words";
import { atRest, type Filters, isAtRest, stateOptions, timeOptions } from "./filters";
import { setFilters, useLookedAt } from "./looked-at";

/** What the history is looked through for. */
export function FilterBar({ models }: { models: string[] }) {
  const filters = useLookedAt((state) => state.filters);
  const { words, state, time, model } = filters;
  const known = useStore((store) => store.models);
  const ids = [...new Set([...models, ...(known?.models.map(({ id }) => id) ?? []), ...(model ? [model] : [])])].sort();
  return (
    // biome-ignore lint/a11y/useSemanticElements: older web views do not know the element for it.
    <div role="search" className="mission-filters" aria-label={t("History")}>
      <div className="mission-search">
        <Icon name="search" size={14} />
        <TextField
          label={t("Search tasks")}
          hideLabel
          type="search"
          placeholder={t("Search tasks")}
          value={words}
          onChange={(event) => setFilters({ words: event.target.value })}
        />
      </div>
      <Select
        label={t("State")}
        hideLabel
        value={state}
        options={[...stateOptions]}
        onChange={(value) => setFilters({ state: stateOptions.find((one) => one.value === value)?.value ?? "ended" })}
      />
      <Select
        label={t("Time")}
        hideLabel
        value={time}
        options={[...timeOptions]}
        onChange={(value) => setFilters({ time: timeOptions.find((one) => one.value === value)?.value ?? "any" })}
      />
      <Select
        label={t("Model")}
        hideLabel
        value={model ?? ""}
        options={[{ value: "", label: t("Any model") }, ...ids.map((id) => ({ value: id, label: modelName(id) }))]}
        onChange={(value) => setFilters({ model: value || null })}
      />
      <span className="mission-chips">
        <Chip filters={filters} name="unread">
          {t("Not seen yet")}
        </Chip>
        <Chip filters={filters} name="pinned">
          {t("Pinned")}
        </Chip>
        <Chip filters={filters} name="watched">
          {t("Also what you watched")}
        </Chip>
        {!isAtRest(filters) && (
          <Button small kind="quiet" icon="x" onClick={() => setFilters(atRest)}>
            {t("Clear ~filters")}
          </Button>
        )}
      </span>
    </div>
  );
}

interface ChipProps {
  filters: Filters;
  name: "unread" | "pinned" | "watched";
  children: ReactNode;
}

function Chip({ filters, name, children }: ChipProps) {
  return (
    <button
      type="button"
      className="mission-chip"
      aria-pressed={filters[name]}
      onClick={() => setFilters({ [name]: !filters[name] })}
    >
      {filters[name] && <Icon name="check" size={14} />}
      {children}
    </button>
  );
}

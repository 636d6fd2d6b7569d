import type { MouseEvent } from "react";
import { t } from "../../../i18n";
import type { Task } from "../../../ipc/types";
import { keysOf } from "../../../keys/registry";
import { selectTo, toggleSelected, useSelection } from "./selection";

/** Selects a row for what is done with several at once; with Shift, all from the one before. */
export function RowCheck({ task, tabIndex }: { task: Task; tabIndex: number }) {
  const isSelected = useSelection(({ selected }) => selected.has(task.id));
  return (
    <label className="mission-check" title={t("Select, {keys}", { keys: keysOf("mission-select") })}>
      <input
        type="checkbox"
        aria-label={t("Select {title}", { title: task.title })}
        tabIndex={tabIndex}
        checked={isSelected}
        onChange={() => {}}
        onClick={(event) => pick(event, task.id)}
      />
    </label>
  );
}

/** A press with Shift or Ctrl on a row selects; true when it did. */
export function pick(event: MouseEvent, id: Task["id"]): boolean {
  const isBox = event.currentTarget instanceof HTMLInputElement;
  if (event.shiftKey) selectTo(id);
  else if (isBox || event.ctrlKey || event.metaKey) toggleSelected(id);
  else return false;
  return true;
}

import type { KeyboardEvent } from "react";
import { moveFocus } from "../../../components/roving";
import { clearSelection, selectTo, toggleSelected, useSelection } from "./selection";

/** The keys of a list of rows: arrows, Home and End move, with Shift they select on the way; Space selects; Esc lets go. */
export function onRowKey(event: KeyboardEvent<HTMLElement>): void {
  const { key, target } = event;
  const row = target instanceof HTMLElement && target.matches(".task-title") ? target.closest("li") : null;
  const id = row?.dataset.task;
  if (id !== undefined && key === " ") {
    // Enter opens; a second key for it would be one too few for this.
    event.preventDefault();
    toggleSelected(id);
  } else if (id !== undefined && event.shiftKey && (key === "ArrowDown" || key === "ArrowUp")) {
    extend(event, id);
  } else {
    moveFocus(event, ".task-title");
  }
}

/** Esc lets go of what is selected, before it means something else. */
export function onPageKey(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "Escape" || event.defaultPrevented || useSelection.getState().selected.size === 0) return;
  if (event.target instanceof HTMLElement && event.target.closest("input:not([type=checkbox]), select")) return;
  event.preventDefault();
  clearSelection();
}

function extend(event: KeyboardEvent<HTMLElement>, id: string): void {
  event.preventDefault();
  const titles = [...event.currentTarget.querySelectorAll<HTMLElement>(".task-title")];
  const at = event.target instanceof HTMLElement ? titles.indexOf(event.target) : -1;
  const next = titles[at + (event.key === "ArrowDown" ? 1 : -1)];
  const { selected } = useSelection.getState();
  if (!selected.has(id)) toggleSelected(id);
  const nextId = next?.closest("li")?.dataset.task;
  if (nextId === undefined) return;
  next?.focus();
  next?.scrollIntoView?.({ block: "nearest" });
  selectTo(nextId);
}

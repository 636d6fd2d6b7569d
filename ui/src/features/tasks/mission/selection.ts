// Which rows of mission control are selected, and which could be.
import { create } from "zustand";
import type { Task, TaskId } from "../../../ipc/types";
import { isFinal } from "../../../state/task-words";
import { toggled } from "./looked-at";

interface Selection {
  selected: ReadonlySet<TaskId>;
  /** The row from which a range goes. */
  anchor: TaskId | null;
  /** The rows of both lists, in their order. */
  live: Task[];
  history: Task[];
}

export const nothingSelected: Selection = { selected: new Set(), anchor: null, live: [], history: [] };

export const useSelection = create<Selection>()(() => nothingSelected);

/** Says which rows a list shows, drawn or not. */
export function showRows(list: "live" | "history", rows: Task[]): void {
  const before = useSelection.getState()[list];
  if (before.length === rows.length && rows.every((task, at) => task === before[at])) return;
  useSelection.setState({ [list]: rows });
}

/** All rows that are shown, from top to bottom. */
export function shownIn({ live, history }: Selection): Task[] {
  return [...live, ...history];
}

/** What is selected and still shown: what a filter hid is not acted upon. */
export function selectedIn(state: Selection): Task[] {
  return state.selected.size === 0 ? [] : shownIn(state).filter(({ id }) => state.selected.has(id));
}

/** The next outcome below this row that nobody has seen, else the first of all. */
export function nextUnread({ live }: Pick<Selection, "live">, id: TaskId): Task | undefined {
  const at = live.findIndex((task) => task.id === id);
  const isNew = (task: Task) => task.unread && isFinal(task) && task.id !== id;
  return live.slice(at + 1).find(isNew) ?? live.find(isNew);
}

/** Selects a row or no longer; the next range goes from it. */
export function toggleSelected(id: TaskId): void {
  useSelection.setState(({ selected }) => ({ selected: toggled(selected, id), anchor: id }));
}

/** Selects everything between the row selected last and this one, both included. */
export function selectTo(id: TaskId): void {
  useSelection.setState((state) => {
    const ids = shownIn(state).map((task) => task.id);
    const from = state.anchor === null ? -1 : ids.indexOf(state.anchor);
    const to = ids.indexOf(id);
    if (from === -1 || to === -1) return { selected: new Set([...state.selected, id]), anchor: id };
    const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
    return { selected: new Set([...state.selected, ...range]) };
  });
}

export function selectAllShown(): void {
  useSelection.setState((state) => ({ selected: new Set(shownIn(state).map(({ id }) => id)) }));
}

export function clearSelection(): void {
  useSelection.setState({ selected: nothingSelected.selected, anchor: null });
}

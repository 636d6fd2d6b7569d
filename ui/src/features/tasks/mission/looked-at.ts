// What is open, marked and looked for in mission control. It stays while another page is shown.
import { create } from "zustand";
import type { TaskId } from "../../../ipc/types";
import { atRest, type Filters } from "./filters";

export interface LookedAt {
  /** The row that has the focus, or had it last. */
  current: TaskId | null;
  /** Rows whose details are open. */
  open: ReadonlySet<TaskId>;
  filters: Filters;
}

export const nothingYet: LookedAt = { current: null, open: new Set(), filters: atRest };

export const useLookedAt = create<LookedAt>()(() => nothingYet);

/** Opens or closes the details of a row. */
export function toggleOpen(id: TaskId): void {
  useLookedAt.setState(({ open }) => ({ open: toggled(open, id) }));
}

export function setCurrent(id: TaskId): void {
  if (useLookedAt.getState().current !== id) useLookedAt.setState({ current: id });
}

export function setFilters(change: Partial<Filters>): void {
  useLookedAt.setState(({ filters }) => ({ filters: { ...filters, ...change } }));
}

/** The set with this one in it, or without it if it was. */
export function toggled(set: ReadonlySet<TaskId>, id: TaskId): ReadonlySet<TaskId> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

import type { Span } from "../../../ipc/types";
import { actions } from "../../../state/actions";
import { setCurrent, useLookedAt } from "./looked-at";
import { shownIn, useSelection } from "./selection";

/** Opens the row of a task and goes there; where it has none on this page, to its turn in its chat. */
export function goToRow({ task_id, conversation_id }: Pick<Span, "task_id" | "conversation_id">): void {
  if (!shownIn(useSelection.getState()).some(({ id }) => id === task_id)) {
    actions.openConversation(conversation_id, task_id);
    return;
  }
  // The row that has the focus is drawn, wherever it stands.
  setCurrent(task_id);
  useLookedAt.setState(({ open }) => ({ open: new Set([...open, task_id]) }));
  requestAnimationFrame(() => {
    const rows = [...document.querySelectorAll<HTMLElement>(".mission-row")];
    const row = rows.find((one) => one.dataset.task === task_id);
    row?.querySelector<HTMLElement>(".task-title")?.focus({ preventScroll: true });
    row?.scrollIntoView?.({ block: "start" });
  });
}

import { useShallow } from "zustand/react/shallow";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { toast } from "../../components/toast";
import { rich, t } from "../../i18n";
import type { Placement, Task } from "../../ipc/types";
import { place } from "../../state/reading";
import { shownTask, useStore } from "../../state/store";

/** Asks where a result belongs that came back after its chat had gone on, and says what was asked since. */
export function LateResult({ task }: { task: Task }) {
  const since = useAskedSince(task);
  const last = since.at(-1);
  return (
    <aside className="late" aria-label={t("This result came late")}>
      <p className="grow">
        {last === undefined
          ? t(
              "You went on here while it worked: {n, plural, one {# prompt} other {# prompts}} since. What you ask next builds on this result unless you keep it aside.",
              { n: since.length },
            )
          : rich(
              "You went on here while it worked: {n, plural, one {# prompt} other {# prompts}} since<l>, the last “{last}”</l>. What you ask next builds on this result unless you keep it aside.",
              { l: <span className="late-last" /> },
              { n: since.length, last },
            )}
      </p>
      <Button small onClick={() => void place(task.id, "inserted")}>
        {t("Insert")}
      </Button>
      <Button small onClick={() => void place(task.id, "aside")}>
        {t("Keep aside")}
      </Button>
      <Button small kind="quiet" onClick={() => void discard(task)}>
        {t("Discard")}
      </Button>
    </aside>
  );
}

/** One line in the place of a result that was put away, with the way back. */
export function PutAway({ task, isOpen, onOpen }: { task: Task; isOpen: boolean; onOpen(): void }) {
  const isAside = task.placement === "aside";
  return (
    <div className="put-away">
      <Icon name={isAside ? "columns" : "circle-minus"} size={14} />
      <span className="grow">
        {isAside ? t("Result kept aside.") : t("Result discarded.")}{" "}
        <span className="meta">{t("What you ask next does not build on it.")}</span>
      </span>
      <Button small kind="quiet" aria-expanded={isOpen} onClick={onOpen}>
        {isOpen ? t("Fold") : t("Show")}
      </Button>
      <Button small onClick={() => void place(task.id, "inserted")}>
        {t("Insert")}
      </Button>
    </div>
  );
}

/** Whether its result does not stand in the conversation. */
export function isPutAway(task: Task): boolean {
  return task.placement === "aside" || task.placement === "discarded";
}

/** Puts a result away, and offers to bring it back. */
export async function discard(task: Task): Promise<boolean> {
  const before: Placement | null = task.placement;
  if (!(await place(task.id, "discarded"))) return false;
  toast({
    text: t("Result discarded"),
    detail: task.title,
    isUndo: true,
    action: { label: t("Undo"), onSelect: () => void place(task.id, before) },
  });
  return true;
}

/** The names of what was asked after it and before it came back, as far as they are here. */
function useAskedSince(task: Task): string[] {
  return useStore(
    useShallow((state) =>
      (state.thread?.turns ?? []).flatMap((turn) => {
        const asked = turn.number > task.turn ? shownTask(state, turn) : undefined;
        const isSince = asked && task.ended_at !== null && Date.parse(asked.created_at) < Date.parse(task.ended_at);
        return isSince ? [asked.title] : [];
      }),
    ),
  );
}

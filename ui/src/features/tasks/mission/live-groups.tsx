import { useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { Count } from "../../../components/count";
import { useKeptFocus } from "../../../components/use-kept-focus";
import { t } from "../../../i18n";
import type { Task } from "../../../ipc/types";
import { actions } from "../../../state/actions";
import { useStore } from "../../../state/store";
import type { GroupId, TaskGroup } from "../groups";
import { useHeld } from "../use-held";
import { useLookedAt } from "./looked-at";
import { onRowKey } from "./row-keys";
import { RowList } from "./row-list";
import { showRows } from "./selection";

/** Rows of a group at rest. What needs you is never folded. */
const KEPT = 8;

/** What needs you, what is at work, what ended and was not looked at, in this order. */
export function LiveGroups({ groups: present }: { groups: TaskGroup[] }) {
  const [unfolded, setUnfolded] = useState<GroupId[]>([]);
  const current = useLookedAt((state) => state.current);
  const open = useLookedAt((state) => state.open);
  const list = useRef<HTMLDivElement>(null);
  const { groups, stays, draw } = useHeld(list, present);
  const shown = groups.map((group) => {
    const isWhole = group.id === "needs-you" || unfolded.includes(group.id);
    const isKept = (task: Task, at: number) => at < KEPT || open.has(task.id) || stays(task.id);
    const rows = isWhole ? group.tasks : group.tasks.filter(isKept);
    return { ...group, rows, hidden: group.tasks.length - rows.length };
  });
  const rows = shown.flatMap((group) => group.rows);
  useLayoutEffect(() => {
    draw(rows.map((task) => task.id));
    showRows("live", rows);
  });
  const focus = useKeptFocus(list, () => list.current?.querySelector<HTMLElement>(".task.is-current .task-title"));
  const reachable = rows.some((task) => task.id === current) ? (current ?? undefined) : rows[0]?.id;

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys move among the buttons inside.
    <div ref={list} className="mission-live" onKeyDown={onRowKey} {...focus}>
      {shown.map((group) => (
        <section key={group.id} className={`mission-group is-${group.id}`} aria-labelledby={`mission-${group.id}`}>
          <GroupHead group={group} tasks={present.find(({ id }) => id === group.id)?.tasks ?? []} />
          <div className="mission-card">
            <RowList tasks={group.rows} reachable={reachable} />
            {group.hidden > 0 && (
              <button
                type="button"
                className="tasks-more"
                onClick={() => setUnfolded((before) => [...before, group.id])}
              >
                {t("Show all {n, number}", { n: group.tasks.length })}
              </button>
            )}
          </div>
        </section>
      ))}
    </div>
  );
}

/** The counts are of `tasks`, which are in this state now: a held row may stand in a group it has left. */
function GroupHead({ group, tasks }: { group: TaskGroup; tasks: Task[] }) {
  const places = useStore((state) => state.settings.parallel_tasks);
  const queued = tasks.filter((task) => task.state === "queued").length;
  const unread = tasks.filter((task) => task.unread);
  const failed = unread.filter((task) => task.state === "failed").length;
  return (
    <header className="mission-group-head">
      <h2 id={`mission-${group.id}`}>
        {group.title} {group.id !== "done" && <Count n={tasks.length} you={group.id === "needs-you"} exact />}
      </h2>
      {group.id === "working" && (
        <span className="meta num">
          {[t("{n, number} at a time", { n: places }), queued > 0 && t("{n, number} in the queue", { n: queued })]
            .filter(Boolean)
            .join(", ")}
        </span>
      )}
      {group.id === "done" && (
        <span className="meta num">
          {[
            failed > 0 && t("{n, number} failed", { n: failed }),
            unread.length > failed && t("{n, number} new", { n: unread.length - failed }),
          ]
            .filter(Boolean)
            .join(", ")}
        </span>
      )}
      {group.id === "done" && unread.length > 0 && (
        <Button small kind="quiet" onClick={() => unread.forEach((task) => void actions.markSeen(task.id))}>
          {t("Mark all as read")}
        </Button>
      )}
    </header>
  );
}

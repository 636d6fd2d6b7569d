import { memo, useId, useRef } from "react";
import { Asks } from "../../../agents/asks";
import { PlanList } from "../../../agents/step-list";
import { IconButton } from "../../../components/button";
import { clipped } from "../../../components/clipped";
import { Dot } from "../../../components/count";
import { Icon } from "../../../components/icon";
import { useInView } from "../../../components/in-view";
import { elapsed, useNow } from "../../../components/time";
import { t } from "../../../i18n";
import type { Task } from "../../../ipc/types";
import { actions } from "../../../state/actions";
import { silentSince } from "../../../state/activity";
import { isActive, isFinal, money, silentWords } from "../../../state/task-words";
import { RowActions, WaitingActions } from "../row-actions";
import { TaskDetails } from "../task-details";
import { rowClasses, Sign, StateLine, TimeWord } from "../task-row";
import { setCurrent, toggleOpen, useLookedAt } from "./looked-at";
import { RowActs } from "./row-acts";
import { pick, RowCheck } from "./row-check";
import { useSelection } from "./selection";
import { TaskResult } from "./task-result";

interface MissionRowProps {
  task: Task;
  places: number;
  /** The one row of its list that Tab reaches. */
  isCurrent: boolean;
}

/** One task as in the list beside the chat, with its steps in sight, and all there is to know of it below. */
export const MissionRow = memo(function MissionRow({ task, places, isCurrent }: MissionRowProps) {
  const row = useRef<HTMLLIElement>(null);
  const isInView = useInView(row);
  const isOpen = useLookedAt(({ open }) => open.has(task.id));
  const isSelected = useSelection(({ selected }) => selected.has(task.id));
  // The same task may stand among what works and in the history.
  const lineId = useId();
  const toggle = () => {
    toggleOpen(task.id);
    if (!isOpen && task.unread) actions.markSeen(task.id);
  };
  const review = () => {
    if (!isOpen) toggleOpen(task.id);
    actions.reviewHere(task.id);
  };
  const view = () => {
    if (task.unread) actions.markSeen(task.id);
    // Of the history this window may know nothing but this row.
    actions.openConversation(task.conversation_id, task.id);
  };
  const tabIndex = isCurrent ? 0 : -1;
  const classes = [...rowClasses(task, isCurrent, isSelected), "mission-row", isOpen ? "is-open" : ""];
  return (
    <li ref={row} data-task={task.id} className={classes.filter(Boolean).join(" ")} onFocus={() => setCurrent(task.id)}>
      <RowCheck task={task} tabIndex={tabIndex} />
      <Sign task={task} ticks={isInView} />
      <div className="task-main">
        <div className="task-top">
          <button
            type="button"
            className="task-title clip"
            {...clipped}
            tabIndex={tabIndex}
            aria-describedby={lineId}
            aria-expanded={isOpen}
            onClick={(event) => pick(event, task.id) || toggle()}
          >
            {task.title}
          </button>
          {task.pinned && (
            <span className="mission-pinned" role="img" aria-label={t("Pinned")} title={t("Pinned")}>
              <Icon name="pin" size={14} />
            </span>
          )}
          {task.unread && <Dot label={t("Not seen yet")} />}
          <TimeWord task={task} ticks={isInView} />
          {isInView && (
            <RowActions task={task} tabIndex={tabIndex} isOpen={isOpen} onView={view} onToggle={toggle}>
              <IconButton
                light
                icon="pin"
                label={task.pinned ? t("Unpin") : t("Pin")}
                tabIndex={tabIndex}
                onClick={() => void actions.pin(task, !task.pinned)}
              />
            </RowActions>
          )}
        </div>
        <StateLine task={task} places={places} ticks={isInView} id={lineId} />
        <LifeLine task={task} ticks={isInView} />
        {!isOpen && !isFinal(task) && task.plan.length > 0 && (
          <div className="mission-steps">
            <PlanList plan={task.plan} isAtWork={isActive(task)} />
          </div>
        )}
        {!(isOpen && task.approvals > 0) && <WaitingActions task={task} tabIndex={tabIndex} onReview={review} />}
        {isOpen && (
          <TaskDetails task={task}>
            <Asks task={task} />
            <RowActs task={task} onView={view} />
            <TaskResult task={task} />
          </TaskDetails>
        )}
      </div>
    </li>
  );
});

/** What it cost so far, and when something was last heard of it: only while it runs. */
function LifeLine({ task, ticks }: { task: Task; ticks: boolean }) {
  const now = useNow(ticks && task.state === "running");
  if (task.state !== "running") return null;
  const since = silentSince(task);
  const isSilent = silentWords(now, since) !== null;
  const words = [
    task.usage.cost_usd !== null && t("{cost} so far", { cost: money(task.usage.cost_usd) }),
    since !== undefined && !isSilent && lifeWords(now - since),
  ].filter(Boolean);
  return words.length > 0 ? <div className="mission-life meta num">{words.join(". ")}</div> : null;
}

/** A second or two are no news. */
function lifeWords(ms: number): string {
  return ms < 3_000 ? t("Last sign of life just now") : t("Last sign of life {time} ago", { time: elapsed(ms) });
}

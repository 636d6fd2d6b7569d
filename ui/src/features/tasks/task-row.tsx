import { memo, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { clipped } from "../../components/clipped";
import { Dot } from "../../components/count";
import { useInView } from "../../components/in-view";
import { StateIcon } from "../../components/state-icon";
import { age, fullTime, useNow } from "../../components/time";
import { t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { silentSince, useRing, written } from "../../state/activity";
import { useStore, wholeOf } from "../../state/store";
import { isFinal, silentWords, waitsForTomorrow } from "../../state/task-words";
import { RowActions, WaitingActions } from "./row-actions";
import { TaskDetails } from "./task-details";
import { stateLine, timeWord, undelivered } from "./words";
import "./task-row.css";

/** A row that came this recently is tinted for a moment, so that the eye finds it. */
export const FRESH_MS = 3_000;

interface TaskRowProps {
  task: Task;
  places: number;
  /** The one row of the list that Tab reaches. */
  isCurrent: boolean;
  isSelected: boolean;
  onView: (task: Task) => void;
  onFocus: (task: Task) => void;
}

/** How a row of a task is drawn, wherever it stands; empty ones count for nothing. */
export function rowClasses(task: Task, isCurrent: boolean, isSelected: boolean): string[] {
  return [
    "task",
    `is-${waitsForTomorrow(task) ? "later" : task.state}`,
    task.unread ? "is-unread" : "",
    isCurrent ? "is-current" : "",
    isSelected ? "is-selected" : "",
    isFinal(task) && !task.unread ? "is-seen" : "",
  ];
}

/** One task: what it is, how it stands, and what can be done about it. */
export const TaskRow = memo(function TaskRow({ task, places, isCurrent, isSelected, onView, onFocus }: TaskRowProps) {
  const [isOpen, setOpen] = useState(false);
  const [isFresh] = useState(() => Date.now() - Date.parse(task.detached_at ?? task.created_at) < FRESH_MS);
  const row = useRef<HTMLLIElement>(null);
  const isInView = useInView(row);
  const lineId = useId();
  const isWanted = useStore((state) => state.unfoldTask === task.id);
  useEffect(() => {
    if (!isWanted) return;
    setOpen(true);
    actions.wishDone("unfoldTask");
  }, [isWanted]);
  useLayoutEffect(() => {
    if (isSelected) row.current?.scrollIntoView?.({ block: "nearest" });
  }, [isSelected]);

  const classes = [...rowClasses(task, isCurrent, isSelected), isFresh ? "is-fresh" : ""];
  return (
    <li ref={row} className={classes.filter(Boolean).join(" ")} onFocus={() => onFocus(task)}>
      <Sign task={task} ticks={isInView} />
      <div className="task-main">
        <div className="task-top">
          <button
            type="button"
            className="task-title clip"
            {...clipped}
            tabIndex={isCurrent ? 0 : -1}
            aria-describedby={lineId}
            onClick={() => onView(task)}
          >
            {task.title}
          </button>
          {task.unread && <Dot label={t("Not seen yet")} />}
          <TimeWord task={task} ticks={isInView} />
          {isInView && (
            <RowActions
              task={task}
              tabIndex={isCurrent ? 0 : -1}
              isOpen={isOpen}
              onView={() => onView(task)}
              onToggle={() => setOpen((open) => !open)}
            />
          )}
        </div>
        <StateLine task={task} places={places} ticks={isInView} id={lineId} />
        <WaitingActions task={task} tabIndex={isCurrent ? 0 : -1} />
        {isOpen && <TaskDetails task={task} />}
      </div>
    </li>
  );
});

/** The state as a shape, turning with what arrives. */
export function Sign({ task, ticks }: { task: Task; ticks: boolean }) {
  const now = useNow(ticks && task.state === "running");
  const ring = useRing(task, ticks);
  const isSilent = silentWords(now, silentSince(task)) !== null;
  return <StateIcon task={task} isSilent={isSilent} isForLater={waitsForTomorrow(task)} ring={ring} />;
}

export function StateLine({ task, places, ticks, id }: { task: Task; places: number; ticks: boolean; id: string }) {
  const changes = task.state === "running" || (task.state === "queued" && task.due_at !== null) || task.unread;
  const now = useNow(ticks && changes);
  const asked = useStore((state) => state.approvals[task.id]?.list[0]?.summary);
  const line = stateLine(task, { now, places, since: silentSince(task), bytes: written(task), asked });
  const notTold = undelivered(task);
  const whole = useStore((state) => wholeOf(state, task)?.title);
  return (
    <div className="task-line num" id={id}>
      {task.state === "failed" ? <FailedLine line={line} /> : line}
      {whole && (line.endsWith(".") ? " " : ", ") + t("for “{whole}”", { whole })}
      {task.unread && task.ended_at && (
        <>
          {line.endsWith(".") ? " " : ", "}
          <time dateTime={task.ended_at} title={fullTime(task.ended_at)}>
            {age(task.ended_at, now)}
          </time>
        </>
      )}
      {notTold && <strong className="task-untold">{notTold}</strong>}
    </div>
  );
}

function FailedLine({ line }: { line: string }) {
  const [word, ...cause] = line.split(" ");
  return (
    <>
      <b className="task-failed">{word}</b> {cause.join(" ")}
    </>
  );
}

export function TimeWord({ task, ticks }: { task: Task; ticks: boolean }) {
  const now = useNow(ticks);
  const at = task.ended_at ?? task.started_at ?? task.created_at;
  const words = timeWord(task, now);
  const full = useMemo(() => fullTime(at), [at]);
  return words ? (
    <time className="task-time" dateTime={at} title={full}>
      {words}
    </time>
  ) : null;
}

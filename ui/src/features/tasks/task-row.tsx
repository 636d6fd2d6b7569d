import { memo, useEffect, useId, useMemo, useRef, useState } from "react";
import { Dot } from "../../components/count";
import { StateIcon } from "../../components/state-icon";
import { age, fullTime, useNow } from "../../components/time";
import type { Task } from "../../ipc/types";
import { useSigns } from "../../state/use-beat";
import { RowActions, WaitingActions } from "./row-actions";
import { TaskDetails } from "./task-details";
import { stateLine, timeWord, undelivered } from "./words";
import "./task-row.css";

/** A row that came this recently is tinted for a moment, so that the eye finds it. */
const FRESH_MS = 3_000;

interface TaskRowProps {
  task: Task;
  places: number;
  /** The one row of the list that Tab reaches. */
  isCurrent: boolean;
  isSelected: boolean;
  onView: (task: Task) => void;
  onFocus: (task: Task) => void;
}

/** One task: what it is, how it stands, and what can be done about it. */
export const TaskRow = memo(function TaskRow({ task, places, isCurrent, isSelected, onView, onFocus }: TaskRowProps) {
  const [isOpen, setOpen] = useState(false);
  const [isFresh] = useState(() => Date.now() - Date.parse(task.detached_at ?? task.created_at) < FRESH_MS);
  const row = useRef<HTMLLIElement>(null);
  const lineId = useId();
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView?.({ block: "nearest" });
  }, [isSelected]);

  const classes = [
    "task",
    `is-${task.state}`,
    task.unread ? "is-unread" : "",
    isSelected ? "is-selected" : "",
    isFresh ? "is-fresh" : "",
    isFinished(task) && !task.unread ? "is-seen" : "",
  ];
  return (
    <li ref={row} className={classes.filter(Boolean).join(" ")} onFocus={() => onFocus(task)}>
      <Sign task={task} />
      <div className="task-main">
        <div className="task-top">
          <button
            type="button"
            className="task-title clip"
            title={task.title}
            tabIndex={isCurrent ? 0 : -1}
            aria-describedby={lineId}
            onClick={() => onView(task)}
          >
            {task.title}
          </button>
          {task.unread && <Dot label="Not seen yet" />}
          <TimeWord task={task} />
          <RowActions
            task={task}
            tabIndex={isCurrent ? 0 : -1}
            isOpen={isOpen}
            onView={() => onView(task)}
            onToggle={() => setOpen((open) => !open)}
          />
        </div>
        <StateLine task={task} places={places} id={lineId} />
        <WaitingActions task={task} tabIndex={isCurrent ? 0 : -1} />
        {isOpen && <TaskDetails task={task} />}
      </div>
    </li>
  );
});

/** The state as a shape, turning with what arrives. */
function Sign({ task }: { task: Task }) {
  const { beat, lastEventAt } = useSigns(task);
  const now = useNow(lastEventAt !== undefined);
  return <StateIcon task={task} now={now} lastEventAt={lastEventAt} beat={beat} />;
}

function StateLine({ task, places, id }: { task: Task; places: number; id: string }) {
  const { lastEventAt } = useSigns(task);
  const ticks = lastEventAt !== undefined || (task.state === "queued" && task.due_at !== null) || task.unread;
  const now = useNow(ticks);
  const line = stateLine(task, { now, places, lastEventAt });
  const notTold = undelivered(task);
  return (
    <div className="task-line num" id={id}>
      {task.state === "failed" ? <FailedLine line={line} /> : line}
      {task.unread && task.ended_at && (
        <time dateTime={task.ended_at} title={fullTime(task.ended_at)}>
          {`${line.endsWith(".") ? "" : ","} ${age(task.ended_at, now)}`}
        </time>
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

function TimeWord({ task }: { task: Task }) {
  const now = useNow(true);
  const at = task.ended_at ?? task.started_at ?? task.created_at;
  const words = timeWord(task, now);
  const full = useMemo(() => fullTime(at), [at]);
  return words ? (
    <time className="task-time" dateTime={at} title={full}>
      {words}
    </time>
  ) : null;
}

function isFinished(task: Task): boolean {
  return task.state === "completed" || task.state === "cancelled" || task.state === "failed";
}

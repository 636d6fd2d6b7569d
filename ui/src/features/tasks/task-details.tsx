import { useEffect, useRef } from "react";
import { Icon } from "../../components/icon";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { clockTime, duration, fullTime } from "../../components/time";
import { useAnswer } from "../../components/use-answer";
import type { Attempt, Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { attemptWord, logLines } from "./log";
import { spent } from "./words";
import "./task-details.css";

/** What was tried, when, how long it took, and the log of it. */
export function TaskDetails({ task }: { task: Task }) {
  const { value, error, again } = useAnswer(() => actions.taskLog(task.id));
  const head = useRef(task.head);
  useEffect(() => {
    if (head.current === task.head) return;
    head.current = task.head;
    again();
  }, [task.head, again]);

  return (
    <div className="details">
      <dl className="details-facts num">
        <dt>Model</dt>
        <dd>{task.model}</dd>
        <dt>Asked</dt>
        <dd title={fullTime(task.created_at)}>{clockTime(task.created_at)}</dd>
        {spent(task.usage) && (
          <>
            <dt>Used</dt>
            <dd>{spent(task.usage)}</dd>
          </>
        )}
      </dl>
      {error && (
        <Note kind="fail" icon="octagon-x">
          The log could not be read. {error}
        </Note>
      )}
      {value && (
        <ol className="details-steps">
          {value.attempts.map((attempt) => (
            <Step key={attempt.number} attempt={attempt} />
          ))}
        </ol>
      )}
      {task.error?.hint && <p className="meta">{sentence(task.error.hint)}</p>}
      {value && value.events.length > 0 && (
        <ol className="details-log num" aria-label="Log">
          {logLines(value.events).map((line) => (
            <li key={line.seq}>
              <time dateTime={line.at} title={fullTime(line.at)}>
                {clockTime(line.at)}
              </time>
              <span>{line.words}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function Step({ attempt }: { attempt: Attempt }) {
  const { icon, word, tone } = attemptWord(attempt);
  const took = attempt.ended_at && duration(Date.parse(attempt.ended_at) - Date.parse(attempt.started_at));
  return (
    <li className={`is-${tone}`}>
      <Icon name={icon} size={14} />
      <div>
        <span className="details-word">
          Attempt {attempt.number}: {word}
        </span>
        {attempt.error && <div className="meta">{sentence(attempt.error.message)}</div>}
      </div>
      <span className="meta num">
        {clockTime(attempt.started_at)}
        {took && `, ${took}`}
      </span>
    </li>
  );
}

import { Fragment, useEffect, useRef } from "react";
import { Icon } from "../../components/icon";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { clockTime, duration, fullTime } from "../../components/time";
import { useAnswer } from "../../components/use-answer";
import type { Attempt, Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { KeptText } from "./kept-text";
import { attemptWord, logLines } from "./log";
import { receipt } from "./receipt";
import { usedWords } from "./words";
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
  const used = usedWords(task.usage);
  const chat = useStore((state) => state.conversations[task.conversation_id]?.title);

  return (
    <div className="details">
      <dl className="details-facts num">
        <dt>Model</dt>
        <dd>{task.model}</dd>
        {used && (
          <>
            <dt>Used</dt>
            <dd>{used}</dd>
          </>
        )}
        {receipt(task, chat, value?.events ?? []).map(({ label, words, at }) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd title={at ? fullTime(at) : undefined}>{words}</dd>
          </Fragment>
        ))}
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
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard.
        <ol className="details-log num" aria-label="Log" tabIndex={0}>
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
      <span className="details-word">
        Attempt {attempt.number}: {word}
      </span>
      <span className="meta num">
        {clockTime(attempt.started_at)}
        {took && `, ${took}`}
      </span>
      {attempt.error && <p className="meta">{sentence(attempt.error.message)}</p>}
      {attempt.kept_text && <KeptText attempt={attempt} />}
    </li>
  );
}

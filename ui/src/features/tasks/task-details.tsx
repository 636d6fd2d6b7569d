import { Fragment, type ReactNode, useEffect, useRef, useState } from "react";
import { CallList } from "../../agents/call-list";
import { CapDialog } from "../../agents/cap-dialog";
import { ChangesDialog } from "../../agents/changes-dialog";
import { ChildList } from "../../agents/child-list";
import { PlanList } from "../../agents/step-list";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { clockTime, duration, fullTime } from "../../components/time";
import { useAnswer } from "../../components/use-answer";
import { t } from "../../i18n";
import type { Attempt, Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { changedWords } from "../../state/agent-words";
import { limitWords } from "../../state/budget";
import { putBackWords } from "../../state/remarks";
import { useStore } from "../../state/store";
import { isActive, isFinal, waitsForTomorrow } from "../../state/task-words";
import { KeptText } from "./kept-text";
import { attemptWord, partWord } from "./log";
import { receipt } from "./receipt";
import { TaskLog } from "./task-log";
import { usedWords } from "./words";
import "./task-details.css";

interface TaskDetailsProps {
  task: Task;
  /** What stands before it, such as the answer where that is not in sight. */
  children?: ReactNode;
}

/** What was tried, when, how long it took, and the log of it. */
export function TaskDetails({ task, children }: TaskDetailsProps) {
  const { value, error, again } = useAnswer(() => actions.taskLog(task.id));
  const head = useRef(task.head);
  useEffect(() => {
    if (head.current === task.head) return;
    head.current = task.head;
    again();
  }, [task.head, again]);
  const used = usedWords(task.usage);
  const changes = changedWords(task) || putBackWords(task);
  const chat = useStore((state) => state.conversations[task.conversation_id]?.title);

  return (
    <div className="details">
      {children}
      <dl className="details-facts num">
        {task.agent !== null && (
          <>
            <dt>{t("Agent")}</dt>
            <dd>{task.agent}</dd>
            <dt>{t("Folder")}</dt>
            <dd>
              {task.copy_of === null
                ? (task.folder ?? t("none ~folder"))
                : t("a copy of {folder}", { folder: task.copy_of })}
            </dd>
          </>
        )}
        <dt>{t("Model")}</dt>
        <dd>{task.model}</dd>
        {used && (
          <>
            <dt>{t("Used")}</dt>
            <dd>{used}</dd>
          </>
        )}
        {(task.budget !== null || !isFinal(task)) && <Cap task={task} />}
        {receipt(task, chat, value?.events ?? []).map(({ label, words, at }) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd title={at ? fullTime(at) : undefined}>{words}</dd>
          </Fragment>
        ))}
      </dl>
      {error && (
        <Note kind="fail" icon="octagon-x">
          {t("The log could not be read.")} {error}
        </Note>
      )}
      {task.plan.length > 0 && <PlanList plan={task.plan} isAtWork={isActive(task)} />}
      {task.agent !== null && <CallList task={task} />}
      <ChildList task={task} />
      {changes && <Changed task={task} words={changes} />}
      {value && (
        <ol className="details-steps">
          {task.progress?.unit === "parts"
            ? task.steps.map((part, at) => <Part key={part.label} part={part} number={at + 1} of={task.steps.length} />)
            : shownAttempts(task, value.attempts).map((attempt) => <Step key={attempt.number} attempt={attempt} />)}
        </ol>
      )}
      {task.error?.hint && !waitsForTomorrow(task) && <p className="meta">{sentence(task.error.hint)}</p>}
      {value && <TaskLog events={value.events} />}
    </div>
  );
}

/** An agent asks its model again after each step: only what went wrong with that is worth a line. */
function shownAttempts(task: Task, attempts: Attempt[]): Attempt[] {
  return task.agent === null ? attempts : attempts.filter(({ end, error }) => end !== null && error !== null);
}

/** The way to what it changed. */
function Changed({ task, words }: { task: Task; words: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <Button small icon="file-diff" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {words}
      </Button>
      {isOpen && <ChangesDialog task={task} onClose={() => setOpen(false)} />}
    </div>
  );
}

/** What it may use before its user is asked; can be changed until it is over. */
function Cap({ task }: { task: Task }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <dt>{t("Cap")}</dt>
      <dd className="details-cap">
        <span>{limitWords(task) || t("none ~cap")}</span>
        {!isFinal(task) && (
          <Button small kind="quiet" aria-label={t("Change the cap")} onClick={() => setOpen(true)}>
            {t("Change")}
          </Button>
        )}
        {isOpen && <CapDialog task={task} onClose={() => setOpen(false)} />}
      </dd>
    </>
  );
}

/** One part of a task that is too long for one request. */
function Part({ part, number, of }: { part: Task["steps"][number]; number: number; of: number }) {
  const { icon, word, tone } = partWord(part.state);
  const { started_at, ended_at } = part;
  return (
    <li className={`is-${tone}`}>
      <Icon name={icon} size={14} />
      <span className="details-word">
        {t("Part {number} of {total}: {label}", { number, total: of, label: part.label })}
        <span className="sr">, {word}</span>
      </span>
      <span className="meta num">
        {started_at && clockTime(started_at)}
        {started_at && ended_at && `, ${duration(Date.parse(ended_at) - Date.parse(started_at))}`}
      </span>
    </li>
  );
}

function Step({ attempt }: { attempt: Attempt }) {
  const { icon, word, tone } = attemptWord(attempt);
  const took = attempt.ended_at && duration(Date.parse(attempt.ended_at) - Date.parse(attempt.started_at));
  return (
    <li className={`is-${tone}`}>
      <Icon name={icon} size={14} />
      <span className="details-word">{t("Attempt {number}: {word}", { number: attempt.number, word })}</span>
      <span className="meta num">
        {clockTime(attempt.started_at)}
        {took && `, ${took}`}
      </span>
      {attempt.error && <p className="meta">{sentence(attempt.error.message)}</p>}
      {attempt.kept_text && <KeptText attempt={attempt} />}
    </li>
  );
}

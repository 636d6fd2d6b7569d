import { useLayoutEffect, useRef, useState } from "react";
import { Asks, AsksOfPart } from "../../agents/asks";
import { Work } from "../../agents/work";
import { Button } from "../../components/button";
import { Dot } from "../../components/count";
import { sentence } from "../../components/sentence";
import { age, duration, fullTime, useNow } from "../../components/time";
import { t } from "../../i18n";
import type { Task, TaskId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { goneWords } from "../../state/offer-words";
import { useStore } from "../../state/store";
import { canTryNow, isFinal, partWords, placesFor, queuedWords, tookMs } from "../../state/task-words";
import { mountText, showResultFirst } from "../../stream/texts";
import { OutcomeNote } from "./outcome-note";
import { Thoughts } from "./thoughts";
import { TryNow } from "./try-now";
import { isAway, isBack, isLive, wasSentAway } from "./words";

interface AnswerProps {
  task: Task;
  onEdit(taskId: TaskId | null): void;
}

/** The answer under its own prompt, wherever it was worked on. */
export function Answer({ task, onEdit }: AnswerProps) {
  const [isWatched, setIsWatched] = useState(false);
  const away = isAway(task);
  const classes = [
    "answer-text",
    isLive(task) || (away && isWatched) ? "is-live" : "",
    away && !isWatched ? "is-preview" : "",
  ];
  return (
    <div className="answer">
      {isBack(task) && task.state === "completed" && <BackLine task={task} />}
      <Thoughts task={task} />
      {task.agent !== null && <Work task={task} />}
      <MountedText
        taskId={task.id}
        isSettled={isFinal(task)}
        result={resultOf(task)}
        parts={task.steps.length - 1}
        className={classes.filter(Boolean).join(" ")}
      />
      {away && <Stub task={task} isWatched={isWatched} onWatch={() => setIsWatched(!isWatched)} />}
      <Asks task={task} />
      {task.children.map((child) => (
        <AsksOfPart key={child.task_id} child={child} />
      ))}
      <OutcomeNote task={task} onEdit={onEdit} />
    </div>
  );
}

interface MountedTextProps {
  taskId: TaskId;
  isSettled: boolean;
  /** The heading of what its parts came to; `null` for an answer without parts. */
  result: string | null;
  /** How many parts stand before that. */
  parts: number;
  className: string;
}

function MountedText({ taskId, isSettled, result, parts, className }: MountedTextProps) {
  const parent = useRef<HTMLDivElement>(null);
  const settled = useRef(isSettled);
  useLayoutEffect(() => {
    if (parent.current) return mountText(taskId, parent.current, settled.current);
  }, [taskId]);
  useLayoutEffect(() => {
    if (result !== null) showResultFirst(taskId, result, parts);
  }, [taskId, result, parts]);
  return <div ref={parent} className={className} />;
}

/** The last part puts the others together; who comes back wants to read that first. */
function resultOf({ state, progress, steps }: Task): string | null {
  return state === "completed" && progress?.unit === "parts" ? (steps.at(-1)?.label ?? null) : null;
}

function BackLine({ task }: { task: Task }) {
  const took = tookMs(task);
  return (
    <p className="back-line">
      <b>{t("Finished in background")}</b>
      <span className="meta num">
        {task.ended_at && <Ago iso={task.ended_at} />}
        {took !== null && `, ${t("took {time}", { time: duration(took) })}`}
      </span>
      {task.unread && <Dot label={t("New result")} />}
    </p>
  );
}

const HOUR_MS = 3_600_000;

function Ago({ iso }: { iso: string }) {
  const isRecent = Date.now() - Date.parse(iso) < HOUR_MS;
  const now = useNow(isRecent);
  return (
    <time dateTime={iso} title={fullTime(iso)}>
      {age(iso, now)}
    </time>
  );
}

interface StubProps {
  task: Task;
  isWatched: boolean;
  onWatch(): void;
}

function Stub({ task, isWatched, onWatch }: StubProps) {
  const places = useStore((state) => placesFor(task, state.settings));
  const isQueued = task.state === "queued";
  const now = useNow(isQueued && task.due_at !== null);
  const part = task.state === "running" ? partWords(task) : null;
  const why = isQueued ? queuedWords(task, now, places) : null;
  const gone = goneWords(task, wasSentAway(task));
  return (
    <div className="stub">
      <p className="grow">
        <b>{wasSentAway(task) ? t("Got it. We'll keep working on this.") : t("Going on in the background.")}</b>{" "}
        <span className="num">
          {part ? t("{part} is at work, and what is done stands here.", { part }) : t("The answer will appear here.")}{" "}
          {gone && `${gone} `}
          {sentence(why ?? t("You can close the window"))}
        </span>
      </p>
      {canTryNow(task) && <TryNow task={task} />}
      {task.state === "running" && (
        <Button small kind="quiet" aria-pressed={isWatched} onClick={onWatch}>
          {isWatched ? t("Fold") : t("Watch")}
        </Button>
      )}
      <Button small onClick={() => actions.viewTask(task.id)}>
        {t("View task")}
      </Button>
    </div>
  );
}

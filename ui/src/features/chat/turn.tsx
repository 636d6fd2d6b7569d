import { memo, useRef, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { Button } from "../../components/button";
import { Dot } from "../../components/count";
import { Icon, type IconName } from "../../components/icon";
import { t } from "../../i18n";
import type { Task, TaskId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { shownTasks, type TurnState, useStore } from "../../state/store";
import { Answer } from "./answer";
import { Comparison } from "./comparison";
import { isPutAway, LateResult, PutAway } from "./late-result";
import { movedOn } from "./moved-on";
import { newsOf, otherVersions } from "./other-versions";
import { Prompt } from "./prompt";
import { TurnMeta } from "./turn-meta";
import { useSeen } from "./use-seen";
import { Versions } from "./versions";
import { isAway, isBack, isLive } from "./words";

interface TurnProps {
  turn: TurnState;
  next: TurnState | undefined;
  editing: TaskId | null;
  onEdit(taskId: TaskId | null): void;
}

/** A prompt, its answer, and the rail that joins them. */
export const Turn = memo(function Turn({ turn, next, editing, onEdit }: TurnProps) {
  const tasks = useStore(useShallow((state) => shownTasks(state, turn)));
  const isCompared = tasks.length > 1;
  const task = tasks[0];
  const hasMovedOn = useStore((state) => task !== undefined && movedOn(state, task, next));
  const article = useRef<HTMLElement>(null);
  useSeen(isCompared ? undefined : task, article);
  if (!task) return null;
  const rail = railOf(task);
  return (
    <>
      <article ref={article} className={`turn is-${rail}`} data-turn={turn.number} tabIndex={-1}>
        <h2 className="sr">{t("Prompt {n}", { n: turn.number })}</h2>
        <span className="knot">
          <Icon name={knots[rail]} />
        </span>
        <Prompt task={task} versions={turn.versions} isEditing={editing === task.id} onEdit={onEdit} />
        {isCompared ? (
          <Comparison tasks={tasks} onEdit={onEdit} />
        ) : (
          <>
            <Placed key={`answer-${task.id}`} task={task} onEdit={onEdit} />
            {hasMovedOn && task.state === "completed" && task.placement === null && <LateResult task={task} />}
            <TurnMeta task={task}>
              {turn.tasks.length > 1 && <Versions of="answer" tasks={turn.tasks} at={turn.tasks.indexOf(task.id)} />}
            </TurnMeta>
          </>
        )}
        <OtherVersions turn={turn} />
      </article>
      {hasMovedOn && (
        <div className="divider">
          <span>{t("You went on here while it worked")}</span>
        </div>
      )}
    </>
  );
});

/** The answer, folded when its user put it away. */
function Placed({ task, onEdit }: { task: Task; onEdit(taskId: TaskId | null): void }) {
  const [isOpen, setIsOpen] = useState(false);
  const isAway = isPutAway(task);
  return (
    <>
      {isAway && <PutAway task={task} isOpen={isOpen} onOpen={() => setIsOpen(!isOpen)} />}
      {(!isAway || isOpen) && <Answer task={task} onEdit={onEdit} />}
    </>
  );
}

/** What goes on in versions that are not shown, with the way there. */
function OtherVersions({ turn }: { turn: TurnState }) {
  const found = useStore(useShallow((state) => otherVersions(state, turn)));
  return Object.entries(found).map(([taskId, where]) => <OtherVersion key={taskId} taskId={taskId} where={where} />);
}

function OtherVersion({ taskId, where }: { taskId: TaskId; where: string }) {
  const task = useStore((state) => state.tasks[taskId]);
  if (!task) return null;
  return (
    <p className="other-version">
      {task.unread && <Dot label={t("New result")} />}
      <span>{newsOf(task, where)}</span>
      <Button small onClick={() => actions.showTask(taskId)}>
        {t("Show it")}
      </Button>
    </p>
  );
}

type Rail = "here" | "live" | "away" | "back";

const knots: Record<Rail, IconName> = { here: "knot", live: "knot", away: "mean", back: "came-back" };

function railOf(task: Task): Rail {
  if (isLive(task)) return "live";
  if (isAway(task)) return "away";
  return isBack(task) && task.state === "completed" ? "back" : "here";
}

import { memo, useEffect, useRef } from "react";
import { Icon, type IconName } from "../../components/icon";
import type { Task, TaskId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { shownTask, type TurnState, useStore } from "../../state/store";
import { Answer } from "./answer";
import { movedOn } from "./moved-on";
import { Prompt } from "./prompt";
import { TurnMeta } from "./turn-meta";
import { isAway, isBack, isLive } from "./words";

interface TurnProps {
  turn: TurnState;
  next: TurnState | undefined;
  editing: TaskId | null;
  onEdit(taskId: TaskId | null): void;
}

/** A prompt, its answer, and the rail that joins them. */
export const Turn = memo(function Turn({ turn, next, editing, onEdit }: TurnProps) {
  const task = useStore((state) => shownTask(state, turn));
  const hasMovedOn = useStore((state) => task !== undefined && movedOn(state, task, next));
  const article = useRef<HTMLElement>(null);
  useSeen(task, article);
  if (!task) return null;
  const rail = railOf(task);
  return (
    <>
      <article ref={article} className={`turn is-${rail}`} data-turn={turn.number} tabIndex={-1}>
        <h2 className="sr">Prompt {turn.number}</h2>
        <span className="knot">
          <Icon name={knots[rail]} />
        </span>
        <Prompt key={`prompt-${task.id}`} task={task} isEditing={editing === task.id} onEdit={onEdit} />
        <Answer key={`answer-${task.id}`} task={task} onEdit={onEdit} />
        <TurnMeta task={task} turn={turn} />
      </article>
      {hasMovedOn && (
        <div className="divider">
          <span>You went on here while it worked</span>
        </div>
      )}
    </>
  );
});

type Rail = "here" | "live" | "away" | "back";

const knots: Record<Rail, IconName> = { here: "knot", live: "knot", away: "mean", back: "came-back" };

function railOf(task: Task): Rail {
  if (isLive(task)) return "live";
  if (isAway(task)) return "away";
  return isBack(task) && task.state === "completed" ? "back" : "here";
}

/** An outcome that stands on screen in a window somebody looks at counts as seen. */
function useSeen(task: Task | undefined, article: { current: HTMLElement | null }): void {
  const taskId = task?.unread ? task.id : null;
  useEffect(() => {
    const element = article.current?.querySelector(".answer");
    if (taskId === null || !element || typeof IntersectionObserver === "undefined") return;
    let isShown = false;
    const look = () => {
      if (!isShown || !document.hasFocus()) return;
      actions.markSeen(taskId);
      stop();
    };
    const observer = new IntersectionObserver((entries) => {
      isShown = entries.some((entry) => entry.isIntersecting);
      look();
    });
    const stop = () => {
      observer.disconnect();
      window.removeEventListener("focus", look);
    };
    observer.observe(element);
    window.addEventListener("focus", look);
    return stop;
  }, [taskId, article]);
}

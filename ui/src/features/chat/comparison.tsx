import { useRef } from "react";
import { Button } from "../../components/button";
import { t } from "../../i18n";
import type { Task, TaskId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { isActive, isFinal, modelName } from "../../state/task-words";
import { Answer } from "./answer";
import { TurnMeta } from "./turn-meta";
import { useSeen } from "./use-seen";
import { isLive } from "./words";

interface ComparisonProps {
  tasks: readonly Task[];
  onEdit(taskId: TaskId | null): void;
}

/** Answers of several models to one prompt, side by side until one is kept. */
export function Comparison({ tasks, onEdit }: ComparisonProps) {
  const heard = tasks.find(isAnswered);
  return (
    <div className="comparison">
      {tasks.map((task) => (
        <Compared key={task.id} task={task} isHeard={task === heard} onEdit={onEdit} />
      ))}
    </div>
  );
}

interface ComparedProps {
  task: Task;
  /** Whether it is the one that the next prompt's model is told. */
  isHeard: boolean;
  onEdit(taskId: TaskId | null): void;
}

function Compared({ task, isHeard, onEdit }: ComparedProps) {
  const section = useRef<HTMLElement>(null);
  useSeen(task, section);
  return (
    <section ref={section} className="compared" aria-label={t("Answer of {model}", { model: modelName(task.model) })}>
      <h3 className="clip" title={task.model}>
        {modelName(task.model)}
      </h3>
      <Answer task={task} onEdit={onEdit} />
      <TurnMeta task={task} />
      <div className="compared-acts">
        {isActive(task) && (
          <Button small icon="square" onClick={() => void actions.stop(task.id)}>
            {t("Stop")}
          </Button>
        )}
        {isLive(task) && (
          <Button small kind="mean" icon="mean" onClick={() => void actions.detach(task.id)}>
            {t("Continue in background")}
          </Button>
        )}
        {isFinal(task) && (
          <Button small onClick={() => void actions.keepAnswer(task.id)}>
            {t("Keep this one")}
          </Button>
        )}
        {isHeard && <span className="meta">{t("The chat goes on from this one")}</span>}
      </div>
    </section>
  );
}

/** Over, and with words: of those put forward together, the first of these is what models are told. */
function isAnswered(task: Task): boolean {
  return task.state === "completed" || (isFinal(task) && (task.usage.output_tokens ?? 0) > 0);
}

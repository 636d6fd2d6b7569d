import { useState } from "react";
import { CapDialog } from "../../agents/cap-dialog";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { Task, TaskId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { canAdd, raised } from "../../state/budget";
import { useStore } from "../../state/store";
import { canHandOver, providerName } from "../../state/task-words";
import { HandOver } from "./hand-over";
import { type NextStep, outcomeOf } from "./next-step";

interface OutcomeNoteProps {
  task: Task;
  onEdit(taskId: TaskId | null): void;
}

/** Cause, what is kept, next step: in the place where it happened. */
export function OutcomeNote({ task, onEdit }: OutcomeNoteProps) {
  const limit = useStore((state) => state.settings.day_limit);
  const [isCapping, setCapping] = useState(false);
  const outcome = outcomeOf(task, limit);
  if (!outcome) return null;
  const run = (step: NextStep) => (step === "cap" ? setCapping(true) : takeStep(step, task, onEdit));
  if (outcome.kind === "plain") {
    return (
      <p className="ended">
        <span>
          {outcome.title} {outcome.text}
        </span>
        {outcome.steps.map(({ label, step }) => (
          <Button key={label} small onClick={() => run(step)}>
            {label}
          </Button>
        ))}
      </p>
    );
  }
  return (
    <section
      className={`outcome is-${outcome.kind}`}
      aria-label={outcome.kind === "fail" ? t("Failed") : t("Needs you")}
    >
      <Icon name={outcome.kind === "fail" ? "octagon-x" : "ask"} />
      <div className="outcome-words">
        <h3>{outcome.title}</h3>
        {outcome.text && <p>{outcome.text}</p>}
        <div className="outcome-acts">
          {outcome.steps.map(({ label, step }, at) => (
            <Button key={label} small kind={at === 0 ? "main" : "plain"} onClick={() => run(step)}>
              {label}
            </Button>
          ))}
          {canHandOver(task) && <HandOver task={task} />}
          {isCapping && <CapDialog task={task} onClose={() => setCapping(false)} />}
        </div>
      </div>
    </section>
  );
}

function takeStep(step: Exclude<NextStep, "cap">, task: Task, onEdit: (taskId: TaskId) => void): void {
  switch (step) {
    case "add":
      if (canAdd(task)) void actions.setBudget(task.id, raised(task, Date.now()));
      return;
    case "more":
      void actions.allowToday();
      return;
    case "later":
      void actions.detach(task.id);
      return;
    case "limit":
      actions.openSettings("usage");
      return;
    case "finish":
      void actions.finish(task.id);
      return;
    case "resume":
      void actions.resume(task.id);
      return;
    case "stop":
      void actions.stop(task.id);
      return;
    case "retry":
      void actions.retry(task.id, task.lane);
      return;
    case "now":
      void actions.retry(task.id, "interactive");
      return;
    case "key":
      actions.enterKey(providerName(task.model));
      return;
    case "settings":
      actions.setPage("settings");
      return;
    case "edit":
      onEdit(task.id);
      return;
    default:
      unknownStep(step);
  }
}

function unknownStep(_step: never): void {}

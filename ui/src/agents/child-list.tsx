import { useState } from "react";
import { Icon } from "../components/icon";
import { t } from "../i18n";
import type { ChildTask, StepRow, Task } from "../ipc/types";
import { childLine, childrenWords } from "../state/child-words";
import { type Step, StepList, StepSign } from "./step-list";
import "./child-list.css";

/** The tasks that an agent started for parts of its work, each with its newest steps to unfold. */
export function ChildList({ task }: { task: Pick<Task, "children"> }) {
  if (task.children.length === 0) return null;
  return (
    <section className="child-list" aria-label={t("Parts")}>
      <p className="meta num">{childrenWords(task)}</p>
      <ul>
        {task.children.map((child) => (
          <Child key={child.task_id} child={child} />
        ))}
      </ul>
    </section>
  );
}

function Child({ child }: { child: ChildTask }) {
  const [isOpen, setOpen] = useState(false);
  const hasSteps = child.steps.length > 0;
  return (
    <li>
      <button
        type="button"
        className="child-line"
        aria-expanded={hasSteps ? isOpen : undefined}
        disabled={!hasSteps}
        onClick={() => setOpen(!isOpen)}
      >
        <StepSign state={signOf(child.state)} />
        <span className="child-title">{child.title}</span>
        <span className="meta num">{childLine(child)}</span>
        {hasSteps && <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={14} />}
      </button>
      {isOpen && <StepList steps={child.steps.map(stepOf)} remarks={[]} callOf={() => undefined} onOpen={() => {}} />}
    </li>
  );
}

/** A step of a part, which opens under its own task. */
function stepOf(step: StepRow): Step {
  return { ...step, number: null, at: step.started_at };
}

/** The shape of a part among the steps of the whole. */
function signOf(state: ChildTask["state"]): StepRow["state"] {
  switch (state) {
    case "queued":
    case "paused":
      return "pending";
    case "running":
    case "waiting":
      return "current";
    case "completed":
      return "done";
    case "failed":
    case "cancelled":
      return "failed";
    default:
      return state satisfies never;
  }
}

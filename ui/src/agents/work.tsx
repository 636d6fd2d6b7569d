import { useState } from "react";
import { Button } from "../components/button";
import { counted } from "../components/counted";
import { Icon } from "../components/icon";
import { Note } from "../components/note";
import { wordsOf } from "../components/use-answer";
import type { Task } from "../ipc/types";
import { actions } from "../state/actions";
import { atWork, changedWords, choiceWords, earlierSteps, shownSteps, stepsWords } from "../state/agent-words";
import { isActive, isFinal } from "../state/task-words";
import { ChangesDialog } from "./changes-dialog";
import { Remark } from "./remark";
import { PlanList, type Step, StepList, stepOf } from "./step-list";
import "./work.css";

/** The newest steps, which stand there while it works. */
const NEWEST = 5;

/** What an agent does for a prompt: its plan and its newest steps while it works, and one line when that is over. */
export function Work({ task }: { task: Task }) {
  const [choice, setChoice] = useState<boolean | null>(null);
  const [isLooking, setLooking] = useState(false);
  const hasSteps = task.steps.length > 0 || task.plan.length > 0;
  const isOpen = hasSteps && (choice ?? !isFinal(task));
  const now = isOpen || isFinal(task) ? null : atWork(task);
  const changed = changedWords(task);
  return (
    <div className="work">
      <div className="work-line">
        <span className="work-who" title={task.copy_of ?? task.folder ?? undefined}>
          <Icon name="bot" size={14} />
          {choiceWords({
            name: task.agent ?? "",
            folder: task.copy_of ?? task.folder,
            in_copy: task.copy_of !== null,
          })}
        </span>
        {hasSteps && (
          <Button small kind="quiet" aria-expanded={isOpen} onClick={() => setChoice(!isOpen)}>
            <span className="clip num">
              {stepsWords(task)}
              {now && `, now ${now}`}
            </span>
            <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={14} />
          </Button>
        )}
        {changed && (
          <Button small kind="quiet" icon="file-diff" aria-haspopup="dialog" onClick={() => setLooking(true)}>
            {changed}
          </Button>
        )}
      </div>
      {isOpen && <Steps task={task} />}
      {isLooking && <ChangesDialog task={task} onClose={() => setLooking(false)} />}
    </div>
  );
}

function Steps({ task }: { task: Task }) {
  const [isWhole, setWhole] = useState(false);
  const [before, setBefore] = useState<Step[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // What waits for a yes stands in its card.
  const steps = shownSteps(task).filter((step) => step.state !== "pending");
  const shown = isWhole || isFinal(task) ? steps : steps.slice(-NEWEST);
  const missing = before === null ? earlierSteps(task) : 0;
  const hidden = missing + steps.length - shown.length;
  const showAll = async () => {
    setWhole(true);
    if (missing === 0) return;
    try {
      const calls = await actions.calls(task.id);
      setBefore(calls.slice(0, missing).map(stepOf));
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <div className="work-steps">
      {task.plan.length > 0 && <PlanList plan={task.plan} isAtWork={isActive(task)} />}
      {hidden > 0 && (
        <Button small kind="quiet" className="work-earlier" onClick={() => void showAll()}>
          {counted(hidden, "earlier step")}
        </Button>
      )}
      {problem && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem}
        </Note>
      )}
      <StepList steps={[...(isWhole || isFinal(task) ? (before ?? []) : []), ...shown]} />
      {/* What waits has its own question, and what is paused hears nothing. */}
      {isActive(task) && <Remark taskId={task.id} />}
    </div>
  );
}

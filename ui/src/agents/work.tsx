import { useState } from "react";
import { Button } from "../components/button";
import { Icon } from "../components/icon";
import { Note } from "../components/note";
import { t } from "../i18n";
import type { Task } from "../ipc/types";
import { atWork, changedWords, choiceWords, earlierSteps, shownSteps, stepsWords } from "../state/agent-words";
import { putBackWords } from "../state/remarks";
import { isActive, isFinal } from "../state/task-words";
import { ChangesDialog } from "./changes-dialog";
import { ChildList } from "./child-list";
import { Remark } from "./remark";
import { Remarks } from "./remarks";
import { PlanList, type Step, StepList, stepOf } from "./step-list";
import { useCalls } from "./use-calls";
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
  const changed = changedWords(task) || putBackWords(task);
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
              {now && `, ${t("now {what}", { what: now })}`}
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
      {isOpen ? <Steps task={task} /> : <Remarks remarks={task.remarks} />}
      {isLooking && <ChangesDialog task={task} onClose={() => setLooking(false)} />}
    </div>
  );
}

function Steps({ task }: { task: Task }) {
  const [isWhole, setWhole] = useState(false);
  const [isOpened, setOpened] = useState(false);
  const missing = earlierSteps(task);
  const { calls, error } = useCalls(task, isOpened || (isWhole && missing > 0));
  const before = isWhole && calls ? calls.slice(0, missing).map(stepOf) : [];
  // What waits for a yes stands in its card.
  const steps = numbered(task).filter((step) => step.state !== "pending");
  const shown = isWhole || isFinal(task) ? steps : steps.slice(-NEWEST);
  const hidden = missing - before.length + steps.length - shown.length;
  return (
    <div className="work-steps">
      {task.plan.length > 0 && <PlanList plan={task.plan} isAtWork={isActive(task)} />}
      {hidden > 0 && (
        <Button small kind="quiet" className="work-earlier" onClick={() => setWhole(true)}>
          {t("{n, plural, one {# earlier step} other {# earlier steps}}", { n: hidden })}
        </Button>
      )}
      {error && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {error}
        </Note>
      )}
      <StepList
        steps={[...before, ...shown]}
        remarks={task.remarks}
        callOf={(number) => calls?.[number - 1]}
        onOpen={() => setOpened(true)}
      />
      <ChildList task={task} />
      {/* What waits has its own question, and what is paused hears nothing. */}
      {isActive(task) && <Remark taskId={task.id} />}
    </div>
  );
}

/** The steps that travel with a task, by the numbers of their calls. The last can be a request to its model. */
function numbered(task: Task): Step[] {
  const missing = earlierSteps(task);
  return shownSteps(task).map(({ label, state, fact, started_at, ended_at }, at, all) => {
    const isRequest = at === all.length - 1 && REQUEST.test(label);
    const number = isRequest ? null : missing + at + 1;
    return { number, label, state, fact, at: started_at ?? ended_at };
  });
}

const REQUEST = /^(Decide what is next|Ask \S+( again \(attempt \d+\))?)$/;

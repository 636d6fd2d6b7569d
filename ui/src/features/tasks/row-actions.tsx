import { type ReactNode, useState } from "react";
import { CapDialog } from "../../agents/cap-dialog";
import { Button, IconButton } from "../../components/button";
import { SMALL, useMedia } from "../../components/media";
import { t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { addLabel, canAdd, capOf, raised } from "../../state/budget";
import { moreLabel } from "../../state/day-limit";
import { useStore } from "../../state/store";
import { canTryNow, isActive, providerName, tryNowWarning } from "../../state/task-words";

interface RowActionsProps {
  task: Task;
  tabIndex: number;
  isOpen: boolean;
  onView: () => void;
  onToggle: () => void;
  /** More of them, where there is room. */
  children?: ReactNode;
}

/** Small buttons at the end of a row, drawn on hover and focus, always there for the keyboard. */
export function RowActions({ task, tabIndex, isOpen, onView, onToggle, children }: RowActionsProps) {
  return (
    <span className="task-actions">
      <IconButton light icon="message-square" label={t("View in its chat")} tabIndex={tabIndex} onClick={onView} />
      {isActive(task) && task.lane === "background" && (
        <IconButton
          light
          icon="pause"
          label={t("Pause")}
          tabIndex={tabIndex}
          onClick={() => void actions.pause(task.id)}
        />
      )}
      {isActive(task) && (
        <IconButton
          light
          icon="square"
          label={t("Stop")}
          tabIndex={tabIndex}
          onClick={() => void actions.stop(task.id)}
        />
      )}
      {isActive(task) && task.lane === "background" && (
        <IconButton
          light
          icon={task.muted ? "bell" : "bell-off"}
          label={task.muted ? t("Tell me of it again") : t("Mute: tell me nothing of it")}
          tabIndex={tabIndex}
          onClick={() => void actions.mute(task.id, !task.muted)}
        />
      )}
      {task.state === "failed" && (
        <IconButton
          light
          icon="rotate-ccw"
          label={t("Retry")}
          tabIndex={tabIndex}
          onClick={() => void actions.retry(task.id, "background")}
        />
      )}
      {children}
      <IconButton
        light
        icon={isOpen ? "chevron-down" : "chevron-right"}
        label={t("Steps and log")}
        aria-expanded={isOpen}
        tabIndex={tabIndex}
        onClick={onToggle}
      />
    </span>
  );
}

interface WaitingActionsProps {
  task: Task;
  tabIndex: number;
  /** Where what it asks can be seen without leaving; left out, that is in its chat. */
  onReview?: () => void;
}

/** What a waiting or paused task asks for, or what its user may ask of one that waits for a moment; always drawn. */
export function WaitingActions({ task, tabIndex, onReview }: WaitingActionsProps) {
  if (canTryNow(task)) {
    return (
      <div className="task-asks">
        <Button small tabIndex={tabIndex} title={tryNowWarning(task)} onClick={() => void actions.resume(task.id)}>
          {t("Try now")}
        </Button>
      </div>
    );
  }
  if (task.state !== "waiting" && task.state !== "paused") return null;
  if (task.state === "waiting" && task.reason === "budget") return <BudgetActions task={task} tabIndex={tabIndex} />;
  if (task.state === "waiting" && task.reason === "day_limit") return <DayActions task={task} tabIndex={tabIndex} />;
  if (task.state === "waiting" && task.approvals > 0)
    return <Asked task={task} tabIndex={tabIndex} onReview={onReview} />;
  const resume = () => void actions.resume(task.id);
  const provider = providerName(task.model);
  const opensSettings = task.reason === "key" || task.reason === "model";
  return (
    <div className="task-asks">
      {task.state === "waiting" && task.reason === "key" && (
        <Button small kind="main" tabIndex={tabIndex} onClick={() => actions.enterKey(provider)}>
          {t("Enter a key for {provider}", { provider })}
        </Button>
      )}
      {task.state === "waiting" && task.reason === "model" && (
        <Button small kind="main" tabIndex={tabIndex} onClick={() => actions.setPage("settings")}>
          {t("Open models")}
        </Button>
      )}
      <Button
        small
        kind={opensSettings || task.state === "paused" ? "plain" : "main"}
        tabIndex={tabIndex}
        onClick={resume}
      >
        {resumeWord(task)}
      </Button>
      {isWithoutBatch(task) && (
        <Button small tabIndex={tabIndex} onClick={() => void actions.retry(task.id, "interactive")}>
          {t("Ask now, at full price")}
        </Button>
      )}
      <Button small kind="quiet" tabIndex={tabIndex} onClick={() => void actions.stop(task.id)}>
        {t("Stop")}
      </Button>
    </div>
  );
}

/** It waits for a yes or an answer, which is given where all of it can be seen. */
function Asked({
  task,
  tabIndex,
  onReview,
}: Pick<WaitingActionsProps, "task" | "tabIndex"> & { onReview: (() => void) | undefined }) {
  const isSheet = useMedia(SMALL);
  const review = () => {
    if (isSheet) actions.toggleTasks(false);
    actions.review(task.id);
  };
  return (
    <div className="task-asks">
      <Button small kind="main" tabIndex={tabIndex} onClick={onReview ?? review}>
        {t("Review")}
      </Button>
      <Button small kind="quiet" tabIndex={tabIndex} onClick={() => void actions.stop(task.id)}>
        {t("Stop")}
      </Button>
    </div>
  );
}

/** A cap was reached: more, enough, or no more. */
function BudgetActions({ task, tabIndex }: { task: Task; tabIndex: number }) {
  const { budget } = task;
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="task-asks">
      {canAdd(task) ? (
        <Button
          small
          kind="main"
          tabIndex={tabIndex}
          onClick={() => void actions.setBudget(task.id, raised(task, Date.now()))}
        >
          {addLabel(capOf(task))}
        </Button>
      ) : (
        budget !== null && (
          <Button small kind="main" tabIndex={tabIndex} onClick={() => actions.setPage("settings")}>
            {t("Open settings")}
          </Button>
        )
      )}
      <Button small tabIndex={tabIndex} onClick={() => setOpen(true)}>
        {t("Change the cap")}
      </Button>
      {isOpen && <CapDialog task={task} onClose={() => setOpen(false)} />}
      {task.usage.output_tokens !== null && task.usage.output_tokens > 0 && (
        <Button small tabIndex={tabIndex} onClick={() => void actions.finish(task.id)}>
          {t("Finish with this")}
        </Button>
      )}
      <Button small kind="quiet" tabIndex={tabIndex} onClick={() => void actions.stop(task.id)}>
        {t("Stop")}
      </Button>
    </div>
  );
}

/** The day is used up: more of it, or tomorrow. */
function DayActions({ task, tabIndex }: { task: Task; tabIndex: number }) {
  const limit = useStore((state) => state.settings.day_limit);
  return (
    <div className="task-asks">
      <Button small kind="main" tabIndex={tabIndex} onClick={() => void actions.allowToday()}>
        {moreLabel(limit)}
      </Button>
      {task.lane === "interactive" && (
        <Button small tabIndex={tabIndex} onClick={() => void actions.detach(task.id)}>
          {t("Wait until tomorrow")}
        </Button>
      )}
      <Button small kind="quiet" tabIndex={tabIndex} onClick={() => void actions.stop(task.id)}>
        {t("Stop")}
      </Button>
    </div>
  );
}

function resumeWord(task: Task): string {
  if (task.state === "paused") return t("Resume");
  if (task.reason !== "interrupted") return t("Try again");
  return isWithoutBatch(task) ? t("Ask for another batch") : t("Continue");
}

/** Its batch did not come, and nothing of it is left at the provider. */
function isWithoutBatch(task: Task): boolean {
  return task.in_batch && !task.is_remote && task.state === "waiting" && task.reason === "interrupted";
}

import { type FormEvent, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { StateIcon } from "../../components/state-icon";
import { elapsed, useNow } from "../../components/time";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { ConversationId, Task, TaskId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { silentSince, useRing } from "../../state/activity";
import { useStore } from "../../state/store";
import { awaitedMs, isActive, silentWords } from "../../state/task-words";
import { mountText } from "../../stream/texts";
import { promptOf } from "./prompt-of";

interface TryStepProps {
  prompt: string;
  onPrompt: (prompt: string) => void;
  onSent: (conversationId: ConversationId) => void;
  onBack: () => void;
  onDone: () => void;
}

/** A first question, answered while the user watches. */
export function TryStep({ prompt, onPrompt, onSent, onBack, onDone }: TryStepProps) {
  const hasModel = useStore((state) => state.settings.default_model !== null);
  const [taskId, setTaskId] = useState<TaskId | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const task = useStore((state) => (taskId ? state.tasks[taskId] : undefined));
  const goOn = useRef<HTMLButtonElement>(null);
  // The button that asked is gone by then: Enter still goes on.
  useLayoutEffect(() => {
    if (taskId) goOn.current?.focus();
  }, [taskId]);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      const { task: sent } = await actions.sendMessage(promptOf(prompt, "interactive", null));
      setTaskId(sent.id);
      onSent(sent.conversation_id);
      actions.openConversation(sent.conversation_id, sent.id, "welcome");
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };

  if (!hasModel) return <NoModel onBack={onBack} onDone={onDone} />;
  return (
    <form onSubmit={(event) => void onSubmit(event)}>
      <h1 id="wel-title">{t("Ask it something")}</h1>
      {taskId ? (
        <>
          <p className="wel-prompt">{prompt}</p>
          <AnswerText taskId={taskId} />
          {task && <Progress task={task} />}
        </>
      ) : (
        <TextField
          label={t("Your question")}
          value={prompt}
          maxLength={2_000}
          onChange={(event) => onPrompt(event.target.value)}
        />
      )}
      {problem && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem}
        </Note>
      )}
      <div className="wel-actions">
        <Button kind="quiet" onClick={onBack}>
          {t("Back")}
        </Button>
        {!taskId && (
          <Button kind="quiet" onClick={onDone}>
            {t("Skip")}
          </Button>
        )}
        {taskId ? (
          <Button ref={goOn} kind="main" onClick={onDone}>
            {t("Continue ~step")}
          </Button>
        ) : (
          <Button type="submit" kind="main" disabled={prompt.trim() === ""}>
            {t("Ask")}
          </Button>
        )}
      </div>
    </form>
  );
}

/** What to do when the first step was skipped. */
export function NoModel({ onBack, onDone }: { onBack: () => void; onDone: () => void }) {
  return (
    <>
      <h1 id="wel-title">{t("Ask it something")}</h1>
      <Note icon="info">
        {t(
          "No model is set up yet, so there is nothing to ask. Choose one now, or later in the settings. The practice model needs no key.",
        )}
      </Note>
      <div className="wel-actions">
        <Button kind="quiet" onClick={onDone}>
          {t("Skip")}
        </Button>
        <Button kind="main" onClick={onBack}>
          {t("Choose a model")}
        </Button>
      </div>
    </>
  );
}

function AnswerText({ taskId }: { taskId: TaskId }) {
  const parent = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => (parent.current ? mountText(taskId, parent.current, false) : undefined), [taskId]);
  return (
    <div
      ref={parent}
      className="wel-answer answer-text"
      role="log"
      aria-live="off"
      aria-label={t("Answer ~noun")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
    />
  );
}

function Progress({ task }: { task: Task }) {
  const isLive = isActive(task);
  const ring = useRing(task);
  const now = useNow(isLive);
  return (
    <div className="wel-progress">
      <StateIcon task={task} isSilent={silentWords(now, silentSince(task)) !== null} ring={ring} />
      <span className="meta grow num" role="status">
        {progressWords(task)}
        {isLive && ` ${elapsed(awaitedMs(task, now))}`}
      </span>
      {isLive && (
        <Button small icon="square" onClick={() => void actions.stop(task.id)}>
          {t("Stop")}
        </Button>
      )}
    </div>
  );
}

function progressWords(task: Task): string {
  switch (task.state) {
    case "queued":
      return t("Queued");
    case "running":
      return t("Answering");
    case "completed":
      return t("Done");
    case "cancelled":
      return t("Stopped by you. What was there is kept.");
    default:
      return task.error
        ? `${sentence(task.error.message)} ${sentence(task.error.hint)}`
        : t("The answer did not come.");
  }
}

import { useState } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Note } from "../../components/note";
import { StateIcon } from "../../components/state-icon";
import { elapsed, useNow } from "../../components/time";
import { wordsOf } from "../../components/use-answer";
import type { ConversationId, Task, TaskId } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { silentSince, useRing } from "../../state/activity";
import { useStore } from "../../state/store";
import { isActive, silentWords } from "../../state/task-words";
import { promptOf } from "./prompt-of";

interface BackgroundStepProps {
  prompt: string;
  conversationId: ConversationId | null;
  onBack: () => void;
  /** With the answer about notices; without one when it was not asked. */
  onDone: (notices?: boolean) => void;
}

/** One prompt sent away, to see what that means. */
export function BackgroundStep({ prompt, conversationId, onBack, onDone }: BackgroundStepProps) {
  const hasModel = useStore((state) => state.settings.default_model !== null);
  const [taskId, setTaskId] = useState<TaskId | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const task = useStore((state) => (taskId ? state.tasks[taskId] : undefined));

  const send = async () => {
    setProblem(null);
    try {
      const sent = await actions.sendMessage(promptOf(prompt, "background", conversationId));
      setTaskId(sent.task.id);
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <>
      <h1 tabIndex={-1}>Send one away</h1>
      <p className="soft">
        Long work goes on without you. Close the window, restart the computer: the answer comes back under your prompt,
        once.
      </p>
      {taskId ? (
        <Note kind="mean" icon="mean" role="status">
          Got it. We'll keep working on this.
        </Note>
      ) : (
        <div className="wel-line">
          {hasModel ? (
            <>
              <Button kind="mean" icon="mean" keys={keysOf("send-background")} onClick={() => void send()}>
                Background
              </Button>
              <span className="meta">try it with the same question</span>
            </>
          ) : (
            <Button onClick={onBack}>Choose a model first</Button>
          )}
        </div>
      )}
      {task && <SentRow task={task} />}
      {problem && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem}
        </Note>
      )}
      <p className="wel-ask">
        <Icon name="bell" />
        Want a desktop notice when background work is done?
      </p>
      <div className="wel-actions">
        <Button kind="quiet" onClick={() => onDone(false)}>
          Not now
        </Button>
        <Button kind="main" onClick={() => onDone(true)}>
          Enable notifications
        </Button>
      </div>
    </>
  );
}

function SentRow({ task }: { task: Task }) {
  const ring = useRing(task);
  const isLive = isActive(task);
  const now = useNow(isLive);
  return (
    <div className="wel-progress">
      <StateIcon task={task} isSilent={silentWords(now, silentSince(task)) !== null} ring={ring} />
      <span className="clip grow">{task.title}</span>
      <span className="meta num" role="status">
        {isLive ? "Working" : task.state === "completed" ? "Done, under its prompt" : "Ended, see its chat"}
      </span>
      {isLive && <span className="meta num">{elapsed(now - Date.parse(task.created_at))}</span>}
    </div>
  );
}

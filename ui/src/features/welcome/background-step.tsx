import { useEffect, useRef, useState } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Note } from "../../components/note";
import { StateIcon } from "../../components/state-icon";
import { elapsed, useNow } from "../../components/time";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { ConversationId, Task, TaskId } from "../../ipc/types";
import { isShortcut, keysOf } from "../../keys/registry";
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
  const isSending = useRef(false);
  const [problem, setProblem] = useState<string | null>(null);
  const task = useStore((state) => (taskId ? state.tasks[taskId] : undefined));

  const send = async () => {
    if (isSending.current) return;
    isSending.current = true;
    setProblem(null);
    try {
      const sent = await actions.sendMessage(promptOf(prompt, "background", conversationId));
      setTaskId(sent.task.id);
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      isSending.current = false;
    }
  };
  const canSend = hasModel && taskId === null;
  const sendNow = useRef(send);
  sendNow.current = send;
  useEffect(() => {
    if (!canSend) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat || !isShortcut(event, "send-background")) return;
      // Enter would also press the button that has the focus.
      event.preventDefault();
      void sendNow.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [canSend]);
  return (
    <>
      <h1 id="wel-title">{t("Send one away")}</h1>
      <p className="soft">
        {t(
          "Long work goes on without you, also with the window closed. What a restart cuts goes on from its text. The answer comes back under your prompt, once.",
        )}
      </p>
      {taskId ? (
        <Note kind="mean" icon="mean" role="status">
          {t("Got it. We'll keep working on this.")}
        </Note>
      ) : (
        <div className="wel-line">
          {hasModel ? (
            <>
              <Button kind="mean" icon="mean" keys={keysOf("send-background")} onClick={() => void send()}>
                {t("Background")}
              </Button>
              <span className="meta">{t("try it with the same question")}</span>
            </>
          ) : (
            <Button onClick={onBack}>{t("Choose a model first")}</Button>
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
        {t("Want a desktop notice when background work is done?")}
      </p>
      <div className="wel-actions">
        <Button kind="quiet" onClick={() => onDone(false)}>
          {t("Not now")}
        </Button>
        <Button kind="main" onClick={() => onDone(true)}>
          {t("Enable notifications")}
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
        {isLive ? t("Working") : task.state === "completed" ? t("Done, under its prompt") : t("Ended, see its chat")}
      </span>
      {isLive && <span className="meta num">{elapsed(now - Date.parse(task.created_at))}</span>}
    </div>
  );
}

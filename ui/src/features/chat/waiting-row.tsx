import { useState } from "react";
import { Button } from "../../components/button";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { Approval, Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { type State, shownTask, useStore } from "../../state/store";
import { ComposerQuestion, takeFocus } from "./composer-question";

/** The newest agent of the open chat that waits for its user. */
export function waitingAgent(state: State): Task | null {
  const shown = (state.thread?.turns ?? []).map((turn) => shownTask(state, turn));
  return shown.findLast((task) => task !== undefined && task.agent !== null && task.state === "waiting") ?? null;
}

interface WaitingRowProps {
  task: Task;
  text: string;
  /** Files go with a question alone. */
  hasFiles: boolean;
  onTold(): void;
  onAnew(): void;
  onCancel(): void;
}

/** Asks, before a prompt begins something new beside an agent that waits, whether it is meant for that agent. */
export function WaitingRow({ task, text, hasFiles, onTold, onAnew, onCancel }: WaitingRowProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const question = useStore((state) => {
    const [asked, ...others] = state.approvals[task.id]?.list ?? [];
    return asked?.detail.kind === "question" && others.length === 0 ? asked : null;
  });
  const agent = task.agent ?? t("the agent");
  const tell = async () => {
    try {
      await actions.say(task.id, text);
      onTold();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  const answer = async (question: Approval) => {
    try {
      await actions.decide(question, "allow_once", text);
      onTold();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <ComposerQuestion
      icon="ask"
      words={problem ?? [waitsWords(task, agent), hasFiles ? FILES_ANEW : ""].filter(Boolean).join(" ")}
      onCancel={onCancel}
    >
      {question && (
        <Button small kind="main" ref={takeFocus} onClick={() => void answer(question)}>
          {t("Answer with this")}
        </Button>
      )}
      <Button small {...(question ? {} : { kind: "main" as const, ref: takeFocus })} onClick={() => void tell()}>
        {t("Tell the agent")}
      </Button>
      <Button small onClick={onAnew}>
        {t("Ask anew")}
      </Button>
      <Button small kind="quiet" onClick={onCancel}>
        {t("Cancel")}
      </Button>
    </ComposerQuestion>
  );
}

const FILES_ANEW = t("Files go only with what is asked anew.");

/** Why it is asked. An answer is given where the whole question stands: what is told leaves it open. */
function waitsWords({ reason }: Task, agent: string): string {
  return reason === "question"
    ? t("{agent} waits for an answer. Is this the answer, a remark that leaves it open, or a new question?", { agent })
    : t("{agent} waits for you here. Is this for it, or a new question?", { agent });
}

import { type ReactNode, useCallback, useState } from "react";
import { t } from "../../i18n";
import type { Seam, Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { isFinal, modelName, providerName } from "../../state/task-words";
import { ActButton } from "./act-button";
import { outcomeOf } from "./next-step";
import { OtherModel } from "./other-model";
import { metaLine } from "./words";

/** Under an answer: which version, who answered, what it took, and what can be done with it. */
export function TurnMeta({ task, children }: { task: Task; children?: ReactNode }) {
  const isPractice = useIsPractice(task.model);
  const isOver = isFinal(task);
  // Menus cost more than buttons, and most turns are never pointed at.
  const [isNear, setIsNear] = useState(false);
  const watch = useCallback((meta: HTMLElement | null) => whenNear(meta, () => setIsNear(true)), []);
  if (!isOver && !children) return null;
  return (
    <div className="turn-meta" ref={watch}>
      {children}
      {task.state === "completed" && <span className="num">{metaLine(task)}</span>}
      {task.seams.map((seam, at) => (
        <span key={`${seam.from} ${seam.after}`}>{seamLine(seam, task.seams[at + 1]?.from ?? task.model)}</span>
      ))}
      {isPractice && isOver && <span>{t("Practice model: sample text, not a real answer.")}</span>}
      {isOver && (
        <div className="acts">
          <CopyAnswer task={task} />
          {!offersRetry(task) && (
            <ActButton
              icon="rotate-ccw"
              label={t("Answer again")}
              onClick={() => void actions.retry(task.id, "interactive")}
            />
          )}
          {isNear && <OtherModel task={task} />}
        </div>
      )}
    </div>
  );
}

function seamLine({ from, after }: Seam, next: string): string {
  if (from === next) return t("Went on after “…{after}”.", { after });
  const models = { from: modelName(from), next: modelName(next) };
  return t("Up to “…{after}” by {from}, from there by {next}.", { after, ...models });
}

/** Tells when somebody comes to the turn, anywhere in it: that shows its buttons. */
function whenNear(meta: HTMLElement | null, tell: () => void): (() => void) | undefined {
  const turn = meta?.closest(".turn");
  if (!turn) return undefined;
  const end = new AbortController();
  const { signal } = end;
  // Not the entering alone: the pointer may have been there before the answer was.
  for (const event of ["pointermove", "pointerdown", "focusin"]) turn.addEventListener(event, tell, { signal });
  return () => end.abort();
}

/** Whether the text is made up. A provider that is gone is known by its usual name only. */
function useIsPractice(model: string): boolean {
  const provider = providerName(model);
  return useStore((state) => (state.kinds[provider] ?? provider) === "practice");
}

function CopyAnswer({ task }: { task: Task }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    if (!(await actions.copyAnswer(task.id))) return;
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), 1_500);
  };
  return (
    <ActButton
      icon={isCopied ? "check" : "copy"}
      label={isCopied ? t("Copied") : t("Copy answer")}
      onClick={() => void copy()}
    />
  );
}

/** Whether the words about the outcome have a button for it already. */
function offersRetry(task: Task): boolean {
  return outcomeOf(task)?.steps.some(({ step }) => step === "retry") ?? false;
}

import { useCallback, useEffect, useRef, useState } from "react";
import { Button } from "../components/button";
import { Note } from "../components/note";
import { sentence } from "../components/sentence";
import { toast } from "../components/toast";
import { t } from "../i18n";
import type { Approval, ChildTask, Decision, Task } from "../ipc/types";
import { actions, asCommandError } from "../state/actions";
import { coverWords, neverWords } from "../state/agent-words";
import { useStore, wholeOf } from "../state/store";
import { ApprovalCard } from "./approval-card";

/** What a task waits for its user to say, one question at a time. */
export function Asks({ task }: { task: Task }) {
  const asking = useStore((state) => state.approvals[task.id]);
  if (task.approvals === 0 || task.state !== "waiting" || !asking) return null;
  if (asking.error !== null) {
    return (
      <Note
        kind="fail"
        icon="octagon-x"
        role="alert"
        actions={
          <Button small onClick={() => void actions.lookAgain(task)}>
            {t("Try again")}
          </Button>
        }
      >
        {t("What it asks could not be read.")} {sentence(asking.error)}
      </Note>
    );
  }
  return asking.list.length === 0 ? null : <Questions task={task} list={asking.list} />;
}

/** The same of a task that it started, which the question names. */
export function AsksOfPart({ child }: { child: ChildTask }) {
  const task = useStore((state) => state.tasks[child.task_id]);
  if (!task || child.approvals === 0) return null;
  return (
    <section aria-label={child.title}>
      <Asks task={task} />
    </section>
  );
}

const keyOf = ({ id, hash }: Approval) => `${id} ${hash}`;

function Questions({ task, list }: { task: Task; list: Approval[] }) {
  const [shown, setShown] = useState<number | null>(null);
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [focusAt, setFocusAt] = useState(0);
  const whole = useStore((state) => wholeOf(state, task)?.title);
  const place = useRef<HTMLDivElement>(null);
  useReview(task, setFocusAt);
  const at = Math.max(
    0,
    list.findIndex((one) => one.id === shown),
  );
  const asked = list[at];
  const onSeen = useCallback((one: Approval) => {
    setSeen((before) => (before.has(keyOf(one)) ? before : new Set([...before, keyOf(one)])));
  }, []);
  if (!asked) return null;

  const step = (by: 1 | -1) => {
    setShown(list[(at + by + list.length) % list.length]?.id ?? null);
    setProblem(null);
    setFocusAt((n) => n + 1);
  };
  const decideAll = async (all: Approval[], decision: Decision, words: string | null) => {
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    // The one after it is next; after the last, another card that waits, or the text field.
    const next = list.filter((one) => !all.includes(one)).find((one) => one.id > asked.id);
    const card = place.current;
    const wasHere = isHere(card);
    try {
      for (const one of all) await actions.decide(one, decision, words);
      setShown(next?.id ?? null);
    } catch (error) {
      tell(task, error, setProblem);
    }
    setBusy(false);
    const isOver = !useStore.getState().approvals[task.id]?.list.length;
    if (!isOver && isHere(card)) setFocusAt((n) => n + 1);
    if (isOver && wasHere && isHere(card)) toNext(card);
    if (isOver) actions.followTask(task.id);
  };
  const stop = async () => {
    const card = place.current;
    await actions.stop(task.id);
    if (isHere(card)) toNext(card);
  };
  const left = list.filter((one) => !seen.has(keyOf(one))).length;
  // An answer is no yes.
  const canAll = list.length > 1 && list.every((one) => one.detail.kind !== "question");
  return (
    <div ref={place}>
      <ApprovalCard
        asked={asked}
        at={at + 1}
        of={list.length}
        whole={whole}
        copyOf={task.copy_of}
        cover={coverWords(asked, task.folder)}
        never={neverWords(asked, task.folder)}
        problem={problem}
        isBusy={isBusy}
        focusAt={focusAt}
        onStep={step}
        onSeen={onSeen}
        onDecide={(decision, words) => void decideAll([asked], decision, words)}
        onStop={() => void stop()}
      >
        {canAll && (
          <p className="approval-all">
            {left === 0 ? (
              <Button small disabled={isBusy} onClick={() => void decideAll(list, "allow_once", null)}>
                {t("Allow all {n} shown", { n: list.length })}
              </Button>
            ) : (
              <span className="meta">
                {t("Look at each of them to its end to allow all {n} together: {left} to go.", {
                  n: list.length,
                  left,
                })}
              </span>
            )}
          </p>
        )}
      </ApprovalCard>
    </div>
  );
}

/** To the next question of the page, or back to where one writes. */
function toNext(from: HTMLElement | null): void {
  const cards = [...document.querySelectorAll<HTMLElement>(".approval")].filter((card) => !from?.contains(card));
  const [next] = cards;
  if (!next) document.querySelector<HTMLElement>("#composer")?.focus({ preventScroll: true });
  next?.focus({ preventScroll: true });
  next?.scrollIntoView?.({ block: "nearest" });
}

/** Whoever went on to write something keeps the focus. */
function isHere(place: HTMLElement | null): boolean {
  const focused = document.activeElement;
  return focused === null || focused === document.body || place?.contains(focused) === true;
}

/** Somebody came here for it. */
function useReview(task: Task, setFocusAt: (change: (n: number) => number) => void): void {
  const isWanted = useStore((state) => state.reviewTask === task.id);
  useEffect(() => {
    if (!isWanted) return;
    setFocusAt((n) => n + 1);
    actions.wishDone("reviewTask");
  }, [isWanted, setFocusAt]);
}

/** Where the question stood, or, when it is gone with its card, over the chat. */
function tell(task: Task, error: unknown, setProblem: (problem: string) => void): void {
  const words = sentence(asCommandError(error).message);
  const isGone = !useStore.getState().approvals[task.id]?.list.length;
  if (isGone) toast({ text: words, icon: "info" });
  else setProblem(words);
}

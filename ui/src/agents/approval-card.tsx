import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { IconButton } from "../components/button";
import { grouped } from "../components/counted";
import { Icon } from "../components/icon";
import { Note } from "../components/note";
import { sentence } from "../components/sentence";
import { age, fullTime, useNow } from "../components/time";
import { t } from "../i18n";
import type { Approval, Decision } from "../ipc/types";
import { inField, isShortcut, useShortcut } from "../keys/registry";
import { countsUntil, folderName } from "../state/agent-words";
import { AnswerActs, YesActs } from "./approval-acts";
import { ApprovalDetail } from "./approval-detail";
import { Refusal, StopSure } from "./approval-no";
import { Remark } from "./remark";
import { useArmed } from "./use-armed";
import "./approval.css";

export interface ApprovalCardProps {
  /** The one that is shown. */
  asked: Approval;
  /** Where it stands among those that wait, from 1. */
  at: number;
  of: number;
  /** What a standing yes would cover; `null` where only once can be allowed. */
  cover: string | null;
  /** The task that started this one for a part of its work. */
  whole: string | undefined;
  /** The folder whose copy the task works in; `null` for the folder itself. */
  copyOf: string | null;
  /** What a standing no would cover; `null` where only this once can be refused. */
  never: string | null;
  /** Why the last word did not count. */
  problem: string | null;
  /** A word is on its way. */
  isBusy: boolean;
  /** Takes the focus when this changes, unless it is 0. */
  focusAt: number;
  onStep: (by: 1 | -1) => void;
  /** It was there long enough, and all of it. */
  onSeen: (asked: Approval) => void;
  onDecide: (decision: Decision, words: string | null) => void;
  onStop: () => void;
  /** Below its buttons. */
  children?: ReactNode;
}

/** A question that stops a task: who asks, what would happen exactly, and the ways to answer. */
export function ApprovalCard(props: ApprovalCardProps) {
  const { asked, at, of, focusAt, isBusy, onSeen, onStep } = props;
  const card = useRef<HTMLElement>(null);
  const key = `${asked.id} ${asked.hash}`;
  const isArmed = useArmed(key, card) && !isBusy;
  const [ended, setEnded] = useState<string | null>(null);
  // What is being said instead of a yes, and to which question.
  const [saying, setSaying] = useState<{ to: string; what: "no" | "stop" } | null>(null);
  const isTold = ended === key || asked.detail.kind === "none";
  const onSeenEnd = useCallback(() => setEnded(key), [key]);
  const isQuestion = asked.detail.kind === "question";
  const head = isQuestion ? t("{who} asks you", { who: asked.agent }) : t("{who} wants your yes", { who: asked.agent });

  useEffect(() => {
    if (isArmed && isTold) onSeen(asked);
  }, [isArmed, isTold, asked, onSeen]);
  // The card and not one of its buttons: what is typed at that moment decides nothing.
  useEffect(() => {
    if (focusAt === 0) return;
    card.current?.focus({ preventScroll: true });
    card.current?.scrollIntoView?.({ block: "nearest" });
  }, [focusAt]);

  const allow = () => {
    if (isQuestion) return false;
    if (isArmed) props.onDecide("allow_once", null);
    return true;
  };
  const refuse = () => {
    setSaying({ to: key, what: "no" });
    return true;
  };
  // From anywhere in the window, if there is one question that they can be about.
  useShortcut("allow", () => isAlone(card.current) && allow());
  useShortcut("reject", () => isAlone(card.current) && refuse());
  const onKeyDown = (event: KeyboardEvent) => {
    const { nativeEvent } = event;
    if (isShortcut(nativeEvent, "allow")) {
      if (!allow()) return;
    } else if (isShortcut(nativeEvent, "reject")) refuse();
    else if (inField(event.target)) return;
    else if (of > 1 && isShortcut(nativeEvent, "next-question")) onStep(1);
    else if (of > 1 && isShortcut(nativeEvent, "previous-question")) onStep(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const leave = () => {
    setSaying(null);
    card.current?.focus({ preventScroll: true });
  };
  const onEnd = () => setSaying({ to: key, what: "stop" });
  const acts = { asked, isArmed, onRefuse: refuse, onDecide: props.onDecide, onEnd };

  return (
    <section
      ref={card}
      className="approval"
      aria-label={`${head}: ${asked.summary}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys step through what waits, and it is where the focus begins.
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <header className="approval-head">
        <Icon name="ask" />
        <h3>{head}</h3>
        <Age asked={asked} />
        {of > 1 && (
          <span className="approval-steps">
            <IconButton light icon="chevron-left" label={t("Previous question")} onClick={() => onStep(-1)} />
            <span className="num">{t("{at} of {all}", { at: grouped(at), all: grouped(of) })}</span>
            <IconButton light icon="chevron-right" label={t("Next question")} onClick={() => onStep(1)} />
          </span>
        )}
      </header>
      <div className="approval-body">
        <p className="approval-what">
          {!isQuestion && <b>{asked.summary}</b>}
          <span className="meta">{forWords(props)}</span>
        </p>
        <ApprovalDetail key={key} asked={asked} onEnd={onSeenEnd} />
        {asked.note && (
          <Note kind="you" icon="info">
            {sentence(asked.note)}
          </Note>
        )}
        {props.problem && (
          <Note kind="fail" icon="triangle-alert" role="alert">
            {props.problem}
          </Note>
        )}
      </div>
      <footer className="approval-foot">
        {saying?.to === key ? (
          saying.what === "stop" ? (
            <StopSure onStop={props.onStop} onLeave={leave} />
          ) : (
            <Refusal
              act={isQuestion ? t("Do not answer") : t("Do not do it")}
              never={isQuestion ? null : props.never}
              neverAct={asked.detail.kind === "remote" ? t("Never this tool") : t("Never here")}
              onDecide={props.onDecide}
              onLeave={leave}
            />
          )
        ) : (
          <>
            {isQuestion ? <AnswerActs key={key} {...acts} /> : <YesActs {...acts} cover={props.cover} />}
            <Remark
              taskId={asked.task_id}
              hint={isQuestion ? t("Tell it something without answering") : t("Tell it something without deciding")}
            />
          </>
        )}
        {props.children}
      </footer>
    </section>
  );
}

/** For which task, and where that works. */
function forWords({ asked: { title }, whole, copyOf }: ApprovalCardProps): string {
  const task = whole ? t("For “{title}” of “{whole}”", { title, whole }) : t("For “{title}”", { title });
  return copyOf === null ? task : `${task}, ${t("in a copy of {folder}", { folder: folderName(copyOf) })}`;
}

/** The only question in sight. */
function isAlone(card: HTMLElement | null): boolean {
  const inSight = [...document.querySelectorAll<HTMLElement>(".approval")].filter((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  });
  return inSight.length === 1 && inSight[0] === card;
}

function Age({ asked }: { asked: Approval }) {
  const now = useNow(true);
  const ends = countsUntil(asked, now) ?? t("more than a day old, so it will be asked again");
  return (
    <span className="approval-age meta num" title={fullTime(asked.asked_at)}>
      {t("asked {age}", { age: age(asked.asked_at, now) })} · {ends}
    </span>
  );
}

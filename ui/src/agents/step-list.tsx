import { useState } from "react";
import { Icon, type IconName } from "../components/icon";
import { moveFocus } from "../components/roving";
import { t } from "../i18n";
import type { Call, PlanItem, Remark, StepRow } from "../ipc/types";
import { countWords } from "../state/agent-words";
import { inOrder } from "../state/remarks";
import { CallTexts } from "./call-texts";
import { RemarkLine } from "./remarks";
import "./step-list.css";

type StepState = StepRow["state"];

/** One line of what an agent did. */
export interface Step {
  /** The number of its call; `null` for what is none, such as a request to the model. */
  number: number | null;
  label: string;
  state: StepState;
  fact: string | null;
  /** When it began, or was refused. */
  at: string | null;
}

const signs: Record<StepState, { icon: IconName; word: string }> = {
  pending: { icon: "circle", word: t("to come") },
  current: { icon: "run", word: t("at work") },
  done: { icon: "check", word: t("done") },
  failed: { icon: "x", word: t("not done") },
};

/** Shape and word of how far something is. */
export function StepSign({ state }: { state: StepState }) {
  const { icon, word } = signs[state];
  return (
    <span className={`step-sign is-${state}`}>
      <Icon name={icon} size={state === "pending" ? 8 : 14} />
      <span className="sr">{word}: </span>
    </span>
  );
}

/** What an agent says it will do, and how far it is. */
export function PlanList({ plan, isAtWork }: { plan: PlanItem[]; isAtWork: boolean }) {
  // Nobody is at a line of it while it waits or when it is over.
  const stateOf = ({ state }: PlanItem) => (state === "current" && !isAtWork ? "pending" : state);
  return (
    <ol className="step-list is-plan" aria-label={t("Plan")}>
      {plan.map((item, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a plan has places, and the same words may stand in two.
        <li key={at} className={`is-${stateOf(item)}`}>
          <StepSign state={stateOf(item)} />
          <span className="step-label">{item.label}</span>
          {countWords(item) && <span className="meta num">{countWords(item)}</span>}
        </li>
      ))}
    </ol>
  );
}

interface StepListProps {
  steps: Step[];
  /** What was told meanwhile. */
  remarks: Remark[];
  /** A call, once it was read. */
  callOf: (number: number) => Call | undefined;
  /** Somebody wants to see what came of a step. */
  onOpen: () => void;
}

/** What an agent did and was told, in its order. A step opens to what came of it. */
export function StepList({ steps, remarks, callOf, onOpen }: StepListProps) {
  return (
    <ol className="step-list" aria-label={t("Steps")} onKeyDown={(event) => moveFocus(event, ".step-line")}>
      {inOrder(steps, remarks).map((one, at) =>
        "kind" in one ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: what was told is only added.
          <li key={`told ${at}`} className="is-told">
            <RemarkLine remark={one} />
          </li>
        ) : (
          <StepItem
            key={one.number ?? "request"}
            step={one}
            call={one.number === null ? undefined : callOf(one.number)}
            onOpen={onOpen}
          />
        ),
      )}
    </ol>
  );
}

function StepItem({ step, call, onOpen }: { step: Step; call: Call | undefined; onOpen: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const words = (
    <>
      <StepSign state={step.state} />
      <span className="step-label">{step.label}</span>
      {step.fact && <span className="meta num">{step.fact}</span>}
    </>
  );
  if (step.number === null) {
    return (
      <li className={`is-${step.state}`}>
        <span className="step-line">{words}</span>
      </li>
    );
  }
  return (
    <li className={`is-${step.state}`}>
      <button
        type="button"
        className="step-line"
        aria-expanded={isOpen}
        onClick={() => {
          if (!isOpen) onOpen();
          setOpen(!isOpen);
        }}
      >
        {words}
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={14} />
      </button>
      {isOpen && call && <CallTexts call={call} />}
    </li>
  );
}

/** A call as such a line. */
export function stepOf({ number, label, state, fact, started_at, ended_at }: Call): Step {
  return { number, label, state: stateOf(state), fact, at: started_at ?? ended_at };
}

/** How far a call is, as a step. */
export function stateOf(state: Call["state"]): StepState {
  switch (state) {
    case "asked":
      return "pending";
    case "started":
      return "current";
    case "done":
      return "done";
    case "failed":
    case "refused":
    case "unknown":
      return "failed";
    default:
      return state satisfies never;
  }
}

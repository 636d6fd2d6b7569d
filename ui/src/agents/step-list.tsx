import { Icon, type IconName } from "../components/icon";
import type { Call, PlanItem, StepRow } from "../ipc/types";
import { countWords } from "../state/agent-words";
import "./step-list.css";

type StepState = StepRow["state"];

/** One line of what an agent did. */
export interface Step {
  label: string;
  state: StepState;
  fact: string | null;
}

const signs: Record<StepState, { icon: IconName; word: string }> = {
  pending: { icon: "circle", word: "to come" },
  current: { icon: "run", word: "at work" },
  done: { icon: "check", word: "done" },
  failed: { icon: "x", word: "not done" },
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
    <ol className="step-list is-plan" aria-label="Plan">
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

/** What an agent did, in its order. */
export function StepList({ steps }: { steps: Step[] }) {
  return (
    <ol className="step-list" aria-label="Steps">
      {steps.map((step, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps are only added.
        <li key={at} className={`is-${step.state}`}>
          <StepSign state={step.state} />
          <span className="step-label">{step.label}</span>
          {step.fact && <span className="meta num">{step.fact}</span>}
        </li>
      ))}
    </ol>
  );
}

/** A call as such a line. */
export function stepOf({ label, state, fact }: Call): Step {
  return { label, state: stateOf(state), fact };
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

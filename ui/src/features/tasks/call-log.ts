// What the log of a task says about the steps of its agent. Pure.
import { counted } from "../../components/counted";
import type { Event } from "../../ipc/types";

/** What happens with the calls of an agent. */
export type CallEvent = Extract<
  Event,
  {
    kind:
      | "tools_asked"
      | "tools_begun"
      | "call_started"
      | "call_ended"
      | "tools_ended"
      | "approval_asked"
      | "approval_decided"
      | "plan_changed";
  }
>;

/** As a sentence; `null` for what another line says. */
export function callEventWords(event: CallEvent): string | null {
  switch (event.kind) {
    case "tools_asked":
      return `The model asked for ${counted(event.calls, "step")}`;
    case "tools_begun":
    case "tools_ended":
      return null;
    case "call_started":
      return `Step ${event.call}: ${event.label}${event.approval === undefined ? "" : ", which was allowed"}`;
    case "call_ended":
      return endWords(event);
    case "approval_asked":
      return `Asks you, for step ${event.call}: ${event.summary}`;
    case "approval_decided":
      return decidedWords(event);
    case "plan_changed": {
      const done = event.plan.filter((item) => item.state === "done").length;
      return `Plan: ${done} of ${event.plan.length} done`;
    }
    default:
      return unknown(event);
  }
}

function endWords({ call, state, fact }: Extract<CallEvent, { kind: "call_ended" }>): string | null {
  const end = fact ? `: ${fact}` : "";
  switch (state) {
    case "done":
      return `Step ${call} is done${end}`;
    case "failed":
      return `Step ${call} did not work${end}`;
    case "refused":
      // What you said stands before it.
      return null;
    case "unknown":
      return `Step ${call} was cut; whether it was done is not known`;
    case "asked":
    case "started":
      return null;
    default:
      return unknown(state);
  }
}

function decidedWords({ decision, by }: Extract<CallEvent, { kind: "approval_decided" }>): string {
  if (by === "expired") return "That was more than a day old, so your word did not count; it is asked again";
  if (by === "changed") return "What would happen is not what was shown any more; it is asked again";
  if (by.startsWith("rule")) return "Allowed by what you allowed before";
  const where = by === "window" ? "" : ` (${by})`;
  switch (decision) {
    case "allow_once":
      return `You said yes${where}`;
    case "allow_task":
      return `You said yes for the rest of this task${where}`;
    case "allow_always":
      return `You said yes for always in this folder${where}`;
    case "reject":
      return `You did not want it${where}`;
    case "reject_always":
      return `You never want it in this folder${where}`;
    default:
      return unknown(decision);
  }
}

function unknown(value: never): never {
  throw new Error(`unknown: ${JSON.stringify(value)}`);
}

// What the log of a task says about the steps of its agent. Pure.
import { t } from "../../i18n";
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
      return t("The model asked for {n, plural, one {# step} other {# steps}}", { n: event.calls });
    case "tools_begun":
    case "tools_ended":
      return null;
    case "call_started":
      return event.approval === undefined
        ? t("Step {n}: {label}", { n: event.call, label: event.label })
        : t("Step {n}: {label}, which was allowed", { n: event.call, label: event.label });
    case "call_ended":
      return endWords(event);
    case "approval_asked":
      return t("Asks you, for step {n}: {summary}", { n: event.call, summary: event.summary });
    case "approval_decided":
      return decidedWords(event);
    case "plan_changed": {
      const done = event.plan.filter((item) => item.state === "done").length;
      return t("Plan: {done} of {total} done", { done, total: event.plan.length });
    }
    default:
      return unknown(event);
  }
}

function endWords({ call, state, fact }: Extract<CallEvent, { kind: "call_ended" }>): string | null {
  const end = fact ? `: ${fact}` : "";
  switch (state) {
    case "done":
      return t("Step {n} is done", { n: call }) + end;
    case "failed":
      return t("Step {n} did not work", { n: call }) + end;
    case "refused":
      // What you said stands before it.
      return null;
    case "unknown":
      return t("Step {n} was cut; whether it was done is not known", { n: call });
    case "asked":
    case "started":
      return null;
    default:
      return unknown(state);
  }
}

function decidedWords({ decision, by }: Extract<CallEvent, { kind: "approval_decided" }>): string {
  if (by === "expired") return t("That was more than a day old, so your word did not count; it is asked again");
  if (by === "changed") return t("What would happen is not what was shown any more; it is asked again");
  if (by.startsWith("rule")) return t("Allowed by what you allowed before");
  const where = by === "window" ? "" : ` (${by})`;
  switch (decision) {
    case "allow_once":
      return t("You said yes") + where;
    case "allow_task":
      return t("You said yes for the rest of this task") + where;
    case "allow_always":
      return t("You said yes for always in this folder") + where;
    case "reject":
      return t("You did not want it") + where;
    case "reject_always":
      return t("You never want it in this folder") + where;
    default:
      return unknown(decision);
  }
}

function unknown(value: never): never {
  throw new Error(`unknown: ${JSON.stringify(value)}`);
}

// What is said about the tasks that an agent started for parts of its work. Pure.
import { sentence } from "../components/sentence";
import { t } from "../i18n";
import type { ChildTask, Task } from "../ipc/types";

/** `3 of 5 parts done, 1 failed, 1 needs you`. */
export function childrenWords({ children }: Pick<Task, "children">): string {
  const count = (...states: ChildTask["state"][]) => children.filter(({ state }) => states.includes(state)).length;
  const failed = count("failed");
  const waiting = count("waiting");
  return [
    t("{done} of {n} parts done", { done: count("completed"), n: children.length }),
    failed > 0 && t("{n} failed", { n: failed }),
    waiting > 0 && t("{n, plural, one {# needs you} other {# need you}}", { n: waiting }),
  ]
    .filter(Boolean)
    .join(", ");
}

/** How one of them stands: `Running`, `Needs you`, `Failed. The model is gone.` */
export function childLine({ state, reason, approvals, error }: ChildTask): string {
  switch (state) {
    case "queued":
      return reason === "children" ? t("Waits for the other parts") : t("Queued");
    case "running":
      return t("Running");
    case "waiting":
      if (reason === "question") return t("Asks you");
      return approvals > 0 ? t("Wants your yes") : t("Needs you");
    case "paused":
      return t("Paused");
    case "completed":
      return t("Done");
    case "failed":
      return `${t("Failed.")} ${sentence(error?.message)}`.trim();
    case "cancelled":
      return t("Stopped");
    default:
      return state satisfies never;
  }
}

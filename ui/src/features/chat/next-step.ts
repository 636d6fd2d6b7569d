// What a task that did not simply finish says, and the buttons under it. Pure; one place decides.
import { sentence } from "../../components/sentence";
import { t } from "../../i18n";
import type { DayLimit, Task } from "../../ipc/types";
import { addLabel, canAdd, capOf, reachedCap } from "../../state/budget";
import { moreLabel, noLimit } from "../../state/day-limit";
import { providerName, tomorrowWords, waitsForTomorrow } from "../../state/task-words";

export type NextStep =
  | "add"
  | "more"
  | "later"
  | "limit"
  | "cap"
  | "finish"
  | "resume"
  | "stop"
  | "retry"
  | "now"
  | "key"
  | "settings"
  | "edit";

export interface Outcome {
  kind: "fail" | "you" | "plain";
  /** The cause. */
  title: string;
  /** What is kept, and what comes next. */
  text: string;
  /** The first one is what Enter does. */
  steps: { label: string; step: NextStep }[];
}

/** What to say in the place of, or below, the answer; `null` when the answer says it all. */
export function outcomeOf(task: Task, limit: DayLimit = noLimit): Outcome | null {
  switch (task.state) {
    case "waiting":
      // What it asks stands in a card of its own.
      if (task.approvals > 0) return null;
      return task.reason === "day_limit" ? overToday(task, limit) : waiting(task);
    case "paused":
      return {
        kind: "plain",
        title: t("Paused by you."),
        text: t("Everything so far is kept."),
        steps: [
          { label: t("Resume"), step: "resume" },
          { label: t("Stop"), step: "stop" },
        ],
      };
    case "failed":
      return failed(task);
    case "cancelled":
      return {
        kind: "plain",
        title: t("Stopped by you."),
        text: t("What was there is kept."),
        steps: [...goOn(task), { label: t("Answer again"), step: "retry" }],
      };
    case "completed":
      return completed(task);
    case "queued":
    case "running":
      return null;
    default:
      return unknownState(task.state);
  }
}

/** What everything together may use today is used up. */
function overToday(task: Task, limit: DayLimit): Outcome {
  const cause = sentence(task.error?.message) || t("Today's limit is used up.");
  const more: Outcome["steps"][number] = { label: moreLabel(limit), step: "more" };
  if (waitsForTomorrow(task)) {
    return {
      kind: "plain",
      title: tomorrowWords(task),
      // Its hint may be of the time when somebody still had to choose.
      text: `${cause} ${t("What is there is kept.")}`,
      steps: [more, { label: t("Change the limit"), step: "limit" }, { label: t("Stop"), step: "stop" }],
    };
  }
  return {
    kind: "you",
    title: cause,
    text: sentence(task.error?.hint),
    steps: [
      more,
      ...(task.lane === "interactive" ? [{ label: t("Wait until tomorrow"), step: "later" as const }] : []),
      { label: t("Change the limit"), step: "limit" },
      { label: t("Stop"), step: "stop" },
    ],
  };
}

function waiting(task: Task): Outcome {
  const said = sentence(task.error?.message);
  const hint = sentence(task.error?.hint);
  const provider = providerName(task.model);
  switch (task.reason) {
    case "key":
      return {
        kind: "you",
        title: task.error && task.error.code !== "key_missing" ? said : t("No key for {provider} yet.", { provider }),
        text: hint || t("Your prompt is kept."),
        steps: [
          { label: t("Enter a key for {provider}", { provider }), step: "key" },
          { label: t("Try again"), step: "resume" },
        ],
      };
    case "billing":
    case "model":
      return {
        kind: "you",
        title: said,
        text: hint || t("Your prompt is kept."),
        steps: [
          { label: t("Open settings"), step: "settings" },
          { label: t("Try again"), step: "resume" },
        ],
      };
    case "budget":
      return {
        kind: "you",
        title: said,
        text: hint || t("The text so far is kept."),
        steps: [
          ...(isGoingRound(task) ? [{ label: t("Go on"), step: "resume" as const }] : []),
          ...(canAdd(task) ? [{ label: addLabel(capOf(task)), step: "add" as const }] : []),
          ...(reachedCap(task) === null ? [] : [{ label: t("Change the cap"), step: "cap" as const }]),
          ...(task.usage.output_tokens ? [{ label: t("Finish with this"), step: "finish" as const }] : []),
          ...(canAdd(task) || isGoingRound(task) ? [] : [{ label: t("Open settings"), step: "settings" as const }]),
          { label: t("Stop"), step: "stop" },
        ],
      };
    case "interrupted":
      if (task.in_batch && !task.is_remote) return withoutBatch(said, hint);
      return {
        kind: "you",
        title: t("The answer broke off."),
        text: [said, hint].filter(Boolean).join(" "),
        steps: [
          { label: t("Continue from here"), step: "resume" },
          { label: t("Start again"), step: "retry" },
        ],
      };
    case "slot":
    case "network":
    case "broke_off":
    case "rate_limit":
    case "overloaded":
    case "restarted":
    case "trash":
    case "children":
    case "day_limit":
    case "approval":
    case "question":
    case null:
      return {
        kind: "you",
        title: said || t("Waits for you."),
        text: hint,
        steps: [{ label: t("Continue"), step: "resume" }],
      };
    default:
      return unknownState(task.reason) ?? { kind: "you", title: said, text: hint, steps: [] };
  }
}

/** No cap is reached: its agent asks for the same again and again. */
function isGoingRound({ error }: Task): boolean {
  return error?.code === "going_round";
}

/** Only of what has some text. */
function goOn(task: Task): Outcome["steps"] {
  return task.usage.output_tokens ? [{ label: t("Continue from here"), step: "resume" }] : [];
}

/** A batch that did not come: another one, or an answer that is paid for in full. */
function withoutBatch(title: string, text: string): Outcome {
  return {
    kind: "you",
    title,
    text,
    steps: [
      { label: t("Ask for another batch"), step: "resume" },
      { label: t("Ask now, at full price"), step: "now" },
    ],
  };
}

function failed(task: Task): Outcome {
  const { code, message, hint, retryable } = task.error ?? {
    code: "",
    message: t("The answer did not come."),
    hint: t("Your prompt is kept."),
    retryable: true,
  };
  const steps = [...(retryable ? goOn(task) : []), ...failedSteps(code, retryable)];
  return { kind: "fail", title: sentence(message), text: sentence(hint), steps };
}

function failedSteps(code: string, retryable: boolean): Outcome["steps"] {
  switch (code) {
    case "key_missing":
    case "unauthorized":
    case "billing":
    case "model_not_found":
    case "not_a_provider":
      return [
        { label: t("Open settings"), step: "settings" },
        { label: t("Retry"), step: "retry" },
      ];
    case "unreachable":
      return [
        { label: t("Retry"), step: "retry" },
        { label: t("Open settings"), step: "settings" },
      ];
    case "bad_request":
    case "context_too_long":
      return [
        { label: t("Edit the prompt"), step: "edit" },
        { label: t("Retry"), step: "retry" },
      ];
    case "stalled":
      return [
        { label: t("Start again"), step: "retry" },
        { label: t("Open settings"), step: "settings" },
      ];
    case "truncated":
      return [{ label: t("Start again"), step: "retry" }];
    default:
      return retryable
        ? [{ label: t("Retry"), step: "retry" }]
        : [
            { label: t("Edit the prompt"), step: "edit" },
            { label: t("Retry"), step: "retry" },
          ];
  }
}

function completed(task: Task): Outcome | null {
  switch (task.finish_reason) {
    case "length":
      return {
        kind: "plain",
        title: t("The answer ends here because the model reached its limit on length."),
        text: t("Ask it to go on in the next message."),
        steps: [],
      };
    case "content_filter":
      return {
        kind: "plain",
        title: t("The provider's filter ended the answer."),
        text: t("What was there is kept."),
        steps: [{ label: t("Edit the prompt"), step: "edit" }],
      };
    case "tool_calls":
      return {
        kind: "plain",
        title: t("The model asked for a tool, and this chat has none."),
        text: t("What was there is kept."),
        steps: [],
      };
    case "accepted":
      return {
        kind: "plain",
        title: t("You took the answer as it was when its cap was reached."),
        text: "",
        steps: [],
      };
    case "stop":
    case "cancelled":
    case "other":
    case null:
      return null;
    default:
      return unknownState(task.finish_reason);
  }
}

function unknownState(_state: never): null {
  return null;
}

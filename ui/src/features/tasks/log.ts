import type { IconName } from "../../components/icon";
import { sentence } from "../../components/sentence";
import { clockTime } from "../../components/time";
import { t } from "../../i18n";
import type { Attempt, Event, Placement, Reason, Task } from "../../ipc/types";
import { budgetWords } from "../../state/budget";
import { callEventWords } from "./call-log";

export interface LogLine {
  seq: number;
  at: string;
  words: string;
}

/** The events of a task as sentences; a run of text is one line. */
export function logLines(events: Event[]): LogLine[] {
  const lines: LogLine[] = [];
  const inParts = events.some((event) => event.kind === "part_done");
  const texts: { line: LogLine; characters: number }[] = [];
  let text: (typeof texts)[number] | null = null;
  for (const event of events) {
    if (event.kind !== "text_delta") {
      text = null;
      const words = inParts ? partEventWords(event) : eventWords(event);
      if (words !== null) lines.push({ seq: event.seq, at: event.at, words });
      continue;
    }
    if (!text) {
      text = { line: { seq: event.seq, at: event.at, words: "" }, characters: 0 };
      lines.push(text.line);
      texts.push(text);
    }
    text.characters += event.text.length;
  }
  for (const { line, characters } of texts) {
    line.words = t("Text arrived, {n, plural, one {# character} other {# characters}}", { n: characters });
  }
  return lines;
}

/** Shape, word and tone together. */
interface StepWord {
  icon: IconName;
  word: string;
  tone: "now" | "done" | "bad" | "open";
}

/** How an attempt stands. */
export function attemptWord(attempt: Attempt): StepWord {
  switch (attempt.end) {
    case null:
      if (attempt.ended_at) return { icon: "circle-minus", word: t("ended"), tone: "done" };
      return { icon: "run", word: t("running"), tone: "now" };
    case "complete":
      return { icon: "check", word: t("complete"), tone: "done" };
    case "interrupted":
      return { icon: "octagon-x", word: t("broke off"), tone: "bad" };
    case "refused":
      return { icon: "octagon-x", word: t("refused"), tone: "bad" };
    case "cancelled":
      return { icon: "circle-minus", word: t("cut by you"), tone: "done" };
    default:
      return unknown(attempt.end);
  }
}

/** How a part stands. */
export function partWord(state: Task["steps"][number]["state"]): StepWord {
  switch (state) {
    case "pending":
      return { icon: "circle-dashed", word: t("to come"), tone: "open" };
    case "current":
      return { icon: "run", word: t("at work"), tone: "now" };
    case "done":
      return { icon: "check", word: t("done"), tone: "done" };
    case "failed":
      return { icon: "octagon-x", word: t("not done"), tone: "bad" };
    default:
      return unknown(state);
  }
}

/** The same of a task in parts, where each part has a request of its own; `null` for what the part itself says. */
function partEventWords(event: Event): string | null {
  if (event.kind === "started") return t("Asks {model}", { model: event.model });
  if (event.kind !== "attempt_ended") return eventWords(event);
  return event.error ? t("The request ended. {cause}", { cause: sentence(event.error.message) }) : null;
}

function eventWords(event: Event): string | null {
  switch (event.kind) {
    case "queued":
      return event.lane === "background" ? t("Accepted for the background") : t("Accepted");
    case "started":
      return t("Attempt {n} asks {model}", { n: event.attempt, model: event.model });
    case "went_remote":
      if (event.in_batch) {
        return t("It waits at the provider in a batch, for half the price, and goes on there when nobody listens");
      }
      return t("Its answer is made at the provider, and goes on there when nobody listens");
    case "text_delta":
    case "thought":
      return t("Text arrived");
    case "attempt_ended":
      return event.error
        ? t("Attempt {n} ended. {cause}", { n: event.attempt, cause: sentence(event.error.message) })
        : t("Attempt {n} ended", { n: event.attempt });
    case "requeued":
      return requeuedWords(reasonWords(event.reason), event.due_at);
    case "part_done":
      return t("{label} is done, {done} of {total}", { label: event.label, done: event.done, total: event.total });
    case "waiting":
      return t("Needs you. {cause}", { cause: sentence(event.error.message) });
    case "tools_asked":
    case "tools_begun":
    case "call_started":
    case "call_ended":
    case "tools_ended":
    case "approval_asked":
    case "approval_decided":
    case "plan_changed":
      return callEventWords(event);
    case "pause_requested":
      return t("You asked to pause");
    case "paused":
      return t("Paused");
    case "resumed":
      return t("You let it go on");
    case "budget_changed": {
      const words = budgetWords(event.budget);
      return words === "" ? t("You took its cap away") : t("You set its cap to {words}", { words });
    }
    case "model_changed":
      return t("You had {model} go on", { model: event.model });
    case "lane_changed":
      return event.lane === "background" ? t("You sent it to the background") : t("You came back to watch");
    case "cancel_requested":
      return t("You asked to stop");
    case "completed":
      return t("Done");
    case "failed":
      return t("Failed. {cause}", { cause: sentence(event.error.message) });
    case "cancelled":
      return t("Stopped");
    case "delivered":
      return t("Told: {channel}", { channel: channelWord(event.channel) });
    case "not_delivered":
      return t("Not delivered, {channel}. {cause}", {
        channel: channelWord(event.channel),
        cause: sentence(event.error),
      });
    case "put_back":
      return event.conflicts === 0
        ? t("You put {n, plural, one {# file} other {# files}} back", { n: event.restored })
        : t("You put {n, plural, one {# file} other {# files}} back; {left} stayed, because they were edited since", {
            n: event.restored,
            left: event.conflicts,
          });
    case "said":
      return t("You told it: {text}", { text: event.text });
    case "seen":
      return t("Seen by you");
    case "pinned":
      return event.pinned ? t("Pinned by you") : t("No longer pinned");
    case "placed":
      return placedWords(event.placement);
    default:
      return unknown(event);
  }
}

function requeuedWords(reason: string, due: string | null): string {
  if (!due) return t("Back in the queue: {reason}", { reason });
  return t("Back in the queue: {reason}, next try {time}", { reason, time: clockTime(due) });
}

function placedWords(placement: Placement | null): string {
  switch (placement) {
    case null:
      return t("You brought the result back");
    case "inserted":
      return t("You took the result into the conversation");
    case "aside":
      return t("You kept the result aside");
    case "discarded":
      return t("You discarded the result");
    default:
      return unknown(placement);
  }
}

function reasonWords(reason: Reason): string {
  switch (reason) {
    case "slot":
      return t("all places are taken");
    case "network":
      return t("the provider cannot be reached");
    case "broke_off":
      return t("the answer did not come or broke off");
    case "rate_limit":
      return t("the provider asks to wait");
    case "overloaded":
      return t("the provider is overloaded");
    case "restarted":
      return t("Meanwhile was restarted");
    case "key":
      return t("the key cannot be used");
    case "billing":
      return t("the account");
    case "model":
      return t("the model");
    case "budget":
      return t("its cap is reached");
    case "day_limit":
      return t("today's limit");
    case "interrupted":
      return t("the answer broke off");
    case "approval":
      return t("your yes");
    case "question":
      return t("your answer");
    case "trash":
      return t("the chat was deleted");
    case "children":
      return t("parts that belong to it");
    default:
      return unknown(reason);
  }
}

function channelWord(channel: string): string {
  if (channel === "native") return t("desktop notice");
  return channel === "inbox" ? t("list of tasks") : channel;
}

/** For a `switch` that knows every word: a page that is older than the process says which one it met. */
export function unknown(value: never): never {
  throw new Error(`unknown: ${JSON.stringify(value)}`);
}

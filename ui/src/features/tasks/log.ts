import { counted } from "../../components/counted";
import type { IconName } from "../../components/icon";
import { sentence } from "../../components/sentence";
import { clockTime } from "../../components/time";
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
  let text: { line: LogLine; characters: number } | null = null;
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
    }
    text.characters += event.text.length;
    text.line.words = `Text arrived, ${counted(text.characters, "character")}`;
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
      if (attempt.ended_at) return { icon: "circle-minus", word: "ended", tone: "done" };
      return { icon: "run", word: "running", tone: "now" };
    case "complete":
      return { icon: "check", word: "complete", tone: "done" };
    case "interrupted":
      return { icon: "octagon-x", word: "broke off", tone: "bad" };
    case "refused":
      return { icon: "octagon-x", word: "refused", tone: "bad" };
    case "cancelled":
      return { icon: "circle-minus", word: "cut by you", tone: "done" };
    default:
      return unknown(attempt.end);
  }
}

/** How a part stands. */
export function partWord(state: Task["steps"][number]["state"]): StepWord {
  switch (state) {
    case "pending":
      return { icon: "circle-dashed", word: "to come", tone: "open" };
    case "current":
      return { icon: "run", word: "at work", tone: "now" };
    case "done":
      return { icon: "check", word: "done", tone: "done" };
    case "failed":
      return { icon: "octagon-x", word: "not done", tone: "bad" };
    default:
      return unknown(state);
  }
}

/** The same of a task in parts, where each part has a request of its own; `null` for what the part itself says. */
function partEventWords(event: Event): string | null {
  if (event.kind === "started") return `Asks ${event.model}`;
  if (event.kind !== "attempt_ended") return eventWords(event);
  return event.error ? `The request ended. ${sentence(event.error.message)}` : null;
}

function eventWords(event: Event): string | null {
  switch (event.kind) {
    case "queued":
      return event.lane === "background" ? "Accepted for the background" : "Accepted";
    case "started":
      return `Attempt ${event.attempt} asks ${event.model}`;
    case "went_remote":
      if (event.in_batch) {
        return "It waits at the provider in a batch, for half the price, and goes on there when nobody listens";
      }
      return "Its answer is made at the provider, and goes on there when nobody listens";
    case "text_delta":
    case "thought":
      return "Text arrived";
    case "attempt_ended":
      return event.error
        ? `Attempt ${event.attempt} ended. ${sentence(event.error.message)}`
        : `Attempt ${event.attempt} ended`;
    case "requeued":
      return `Back in the queue: ${reasonWords(event.reason)}${event.due_at ? `, next try ${clockTime(event.due_at)}` : ""}`;
    case "part_done":
      return `${event.label} is done, ${event.done} of ${event.total}`;
    case "waiting":
      return `Needs you. ${sentence(event.error.message)}`;
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
      return "You asked to pause";
    case "paused":
      return "Paused";
    case "resumed":
      return "You let it go on";
    case "budget_changed": {
      const words = budgetWords(event.budget);
      return words === "" ? "You took its cap away" : `You set its cap to ${words}`;
    }
    case "model_changed":
      return `You had ${event.model} go on`;
    case "lane_changed":
      return event.lane === "background" ? "You sent it to the background" : "You came back to watch";
    case "cancel_requested":
      return "You asked to stop";
    case "completed":
      return "Done";
    case "failed":
      return `Failed. ${sentence(event.error.message)}`;
    case "cancelled":
      return "Stopped";
    case "delivered":
      return `Told: ${channelWord(event.channel)}`;
    case "not_delivered":
      return `Not delivered, ${channelWord(event.channel)}. ${sentence(event.error)}`;
    case "put_back": {
      const files = counted(event.restored, "file");
      return event.conflicts === 0
        ? `You put ${files} back`
        : `You put ${files} back; ${event.conflicts} stayed, because they were edited since`;
    }
    case "said":
      return `You told it: ${event.text}`;
    case "seen":
      return "Seen by you";
    case "pinned":
      return event.pinned ? "Pinned by you" : "No longer pinned";
    case "placed":
      return placedWords(event.placement);
    default:
      return unknown(event);
  }
}

function placedWords(placement: Placement | null): string {
  switch (placement) {
    case null:
      return "You brought the result back";
    case "inserted":
      return "You took the result into the conversation";
    case "aside":
      return "You kept the result aside";
    case "discarded":
      return "You discarded the result";
    default:
      return unknown(placement);
  }
}

function reasonWords(reason: Reason): string {
  switch (reason) {
    case "slot":
      return "all places are taken";
    case "network":
      return "the provider cannot be reached";
    case "broke_off":
      return "the answer did not come or broke off";
    case "rate_limit":
      return "the provider asks to wait";
    case "overloaded":
      return "the provider is overloaded";
    case "restarted":
      return "Meanwhile was restarted";
    case "key":
      return "the key cannot be used";
    case "billing":
      return "the account";
    case "model":
      return "the model";
    case "budget":
      return "its cap is reached";
    case "day_limit":
      return "today's limit";
    case "interrupted":
      return "the answer broke off";
    case "approval":
      return "your yes";
    case "question":
      return "your answer";
    case "trash":
      return "the chat was deleted";
    case "children":
      return "parts that belong to it";
    default:
      return unknown(reason);
  }
}

function channelWord(channel: string): string {
  if (channel === "native") return "desktop notice";
  return channel === "inbox" ? "list of tasks" : channel;
}

/** For a `switch` that knows every word: a page that is older than the process says which one it met. */
export function unknown(value: never): never {
  throw new Error(`unknown: ${JSON.stringify(value)}`);
}

// The way of a task: where it was asked, where its answer is, who was told when.
import { sentence } from "../../components/sentence";
import { clockTime } from "../../components/time";
import type { Event, Origin, Receipt, Task } from "../../ipc/types";
import { isActive, providerName } from "../../state/task-words";
import { unknown } from "./log";
import { toldWords } from "./words";

export interface ReceiptLine {
  label: string;
  words: string;
  /** When, for those who want it exactly. */
  at: string | null;
}

/** What the details of a task say first. Without its events, as far as the task itself knows. */
export function receipt(task: Task, chat: string | undefined, events: readonly Event[]): ReceiptLine[] {
  const place = chat === undefined ? "" : `, in “${chat}”`;
  const sent = events.find((event) => event.kind === "lane_changed" && event.lane === "background");
  const done = events.find((event) => event.kind === "completed");
  const seen = events.findLast((event) => event.kind === "seen");
  const told = toldWords(task);
  const times = events.filter((event) => event.kind === "delivered" && event.channel === "native");
  const lines = [
    line("Asked", task.created_at, `${originWords(task.ownership.origin)}${place}`),
    sent && line("Sent away", sent.at),
    isActive(task) && task.lane === "background" && { label: "In sleep", words: sleepWords(task), at: null },
    done && line("Answered", done.at, chat === undefined ? "" : "in the same chat, under its prompt"),
    told !== null && { label: "Told", words: told + timesWord(times), at: times.at(-1)?.at ?? null },
    ...others(task.delivery?.receipts ?? []),
    seen && line("Seen", seen.at),
  ];
  return lines.filter((one): one is ReceiptLine => Boolean(one));
}

/** What the user's own channels did, one line for each. */
function others(receipts: readonly Receipt[]): ReceiptLine[] {
  return receipts
    .filter(({ channel }) => channel !== "inbox" && channel !== "native")
    .map((one) => ({ label: one.channel, words: channelWords(one), at: one.due_at ?? one.at }));
}

function channelWords({ state, error, due_at, at }: Receipt): string {
  switch (state) {
    case "due":
      return error === null
        ? `waits until ${clockTime(due_at ?? at)}`
        : `tried again at ${clockTime(due_at ?? at)}. ${error}`;
    case "sending":
      return "being sent";
    case "sent":
      return `${clockTime(at)}, sent once`;
    case "watched":
      return "not sent: you had seen it";
    case "off":
      return "not sent: turned off or muted";
    case "quiet":
      return "not sent: quiet hours";
    case "failed":
      return `not delivered. ${sentence(error ?? "")}`;
    case "unknown":
      return `${clockTime(at)}, perhaps delivered. ${sentence(error ?? "")}`;
    default:
      return unknown(state);
  }
}

function sleepWords(task: Task): string {
  return task.is_remote
    ? `goes on at ${providerName(task.model)} while this computer sleeps`
    : "waits while this computer sleeps, and goes on afterwards";
}

function line(label: string, at: string, words = ""): ReceiptLine {
  return { label, words: words === "" ? clockTime(at) : `${clockTime(at)}, ${words}`, at };
}

/** Once is the promise, so it is said; a crash at the wrong moment can make it twice. */
function timesWord(times: readonly Event[]): string {
  const last = times.at(-1);
  if (!last) return "";
  return `, ${clockTime(last.at)}, ${times.length === 1 ? "once" : `${times.length} times`}`;
}

function originWords(origin: Origin): string {
  switch (origin) {
    case "window":
      return "in this window";
    case "quick_ask":
      return "by quick ask";
    case "cli":
      return "on the command line";
    case "api":
      return "over the API";
    case "import":
      return "in another app";
    case "system":
      return "by Meanwhile itself";
    default:
      return unknown(origin);
  }
}

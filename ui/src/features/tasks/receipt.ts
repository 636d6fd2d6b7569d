// The way of a task: where it was asked, where its answer is, who was told when.
import { sentence } from "../../components/sentence";
import { clockTime } from "../../components/time";
import { t } from "../../i18n";
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
  const place = chat === undefined ? "" : t("in “{chat}”", { chat });
  const sent = events.find((event) => event.kind === "lane_changed" && event.lane === "background");
  const done = events.find((event) => event.kind === "completed");
  const seen = events.findLast((event) => event.kind === "seen");
  const told = toldWords(task);
  const times = events.filter((event) => event.kind === "delivered" && event.channel === "native");
  const lines = [
    line(t("Asked"), task.created_at, listed([originWords(task.ownership.origin), place])),
    sent && line(t("Sent away"), sent.at),
    isActive(task) && task.lane === "background" && { label: t("In sleep"), words: sleepWords(task), at: null },
    done && line(t("Answered"), done.at, chat === undefined ? "" : t("in the same chat, under its prompt")),
    told !== null && { label: t("Told"), words: listed([told, timesWord(times)]), at: times.at(-1)?.at ?? null },
    ...others(task.delivery?.receipts ?? []),
    seen && line(t("Seen"), seen.at),
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
        ? t("waits until {time}", { time: clockTime(due_at ?? at) })
        : t("tried again at {time}. {error}", { time: clockTime(due_at ?? at), error });
    case "sending":
      return t("being sent");
    case "sent":
      return t("{time}, sent once", { time: clockTime(at) });
    case "watched":
      return t("not sent: you had seen it");
    case "off":
      return t("not sent: turned off or muted");
    case "quiet":
      return t("not sent: quiet hours");
    case "failed":
      return t("not delivered. {error}", { error: sentence(error) });
    case "unknown":
      return t("{time}, perhaps delivered. {error}", { time: clockTime(at), error: sentence(error) });
    default:
      return unknown(state);
  }
}

function sleepWords(task: Task): string {
  return task.is_remote
    ? t("goes on at {provider} while this computer sleeps", { provider: providerName(task.model) })
    : t("waits while this computer sleeps, and goes on afterwards");
}

function line(label: string, at: string, words = ""): ReceiptLine {
  return { label, words: listed([clockTime(at), words]), at };
}

/** Once is the promise, so it is said; a crash at the wrong moment can make it twice. */
function timesWord(times: readonly Event[]): string {
  const last = times.at(-1);
  if (!last) return "";
  return listed([clockTime(last.at), t("{n, plural, one {once} other {# times}}", { n: times.length })]);
}

function listed(parts: string[]): string {
  return parts.filter(Boolean).join(", ");
}

function originWords(origin: Origin): string {
  switch (origin) {
    case "window":
      return t("in this window");
    case "quick_ask":
      return t("by quick ask");
    case "cli":
      return t("on the command line");
    case "api":
      return t("over the API");
    case "import":
      return t("in another app");
    case "system":
      return t("by Meanwhile itself");
    default:
      return unknown(origin);
  }
}

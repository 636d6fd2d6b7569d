// What the settings say of channels, and what is typed into their form.
import { t } from "../i18n";
import type { Channel, ChannelPlace, FailureKind, MailSecurity, NewChannel, NoticeEvent } from "../ipc/types";

export const noticeEvents: readonly { event: NoticeEvent; label: string }[] = [
  { event: "done", label: t("Finished") },
  { event: "failed", label: t("Failed") },
  { event: "needs_you", label: t("Needs you") },
  { event: "budget", label: t("Near or at its cap") },
  { event: "halfway", label: t("Halfway, with 10 steps or more") },
  { event: "says", label: t("An agent says something") },
];

export type ChannelKind = ChannelPlace["kind"];

export const channelKinds: readonly { value: ChannelKind; label: string }[] = [
  { value: "email", label: t("E-mail") },
  { value: "slack", label: "Slack" },
  { value: "ntfy", label: "ntfy" },
  { value: "webhook", label: "Webhook" },
];

/** Where a channel leads, on one line. */
export function placeWords(place: ChannelPlace): string {
  switch (place.kind) {
    case "email":
      return t("E-mail to {to} through {host}", { to: place.to, host: place.host });
    case "slack":
      return t("Slack, through {host}", { host: place.host });
    case "webhook":
      return t("Requests to {host}", { host: place.host });
    case "ntfy":
      return t("ntfy, topic {topic} at {server}", {
        topic: place.topic,
        server: place.server.replace(/^https?:\/\//, ""),
      });
    default:
      return unknown(place);
  }
}

/** What can be done about a failure: what the button says, and what says it where the channel is not seen beside it. */
export function remedy(
  kind: FailureKind,
  { name, place }: Pick<Channel, "name" | "place">,
): { words: string; label: string } | null {
  if (kind === "permission" && place.kind === "email")
    return { words: t("Change password"), label: t("Change password of {name}", { name }) };
  return kind === "permission" || kind === "missing_target"
    ? { words: t("Change it"), label: t("Change it of {name}", { name }) }
    : null;
}

export interface ChannelDraft {
  kind: ChannelKind;
  name: string;
  host: string;
  port: string;
  security: MailSecurity;
  user: string;
  from: string;
  to: string;
  server: string;
  topic: string;
  secret: string;
}

export const emptyChannel: ChannelDraft = {
  kind: "email",
  name: "",
  host: "",
  port: "465",
  security: "tls",
  user: "",
  from: "",
  to: "",
  server: "https://ntfy.sh",
  topic: "",
  secret: "",
};

/** The draft from which a channel is changed; what is secret has to be typed again, or stays. */
export function draftOf({ name, place }: Channel): ChannelDraft {
  const draft = { ...emptyChannel, name, kind: place.kind };
  switch (place.kind) {
    case "email":
      return { ...draft, ...place, user: place.user ?? "", port: String(place.port) };
    case "ntfy":
      return { ...draft, server: place.server, topic: place.topic };
    case "slack":
    case "webhook":
      return { ...draft, host: place.host };
    default:
      return unknown(place);
  }
}

export function newChannelOf(draft: ChannelDraft): NewChannel {
  const secret = draft.secret.trim() === "" ? null : draft.secret.trim();
  return { name: draft.name.trim(), place: placeOf(draft), secret };
}

function placeOf(draft: ChannelDraft): ChannelPlace {
  switch (draft.kind) {
    case "email": {
      const { host, port, security, user, from, to } = draft;
      return { kind: "email", host, port: Number(port), security, user: user.trim() || null, from, to };
    }
    case "ntfy":
      return { kind: "ntfy", server: draft.server, topic: draft.topic };
    case "slack":
    case "webhook":
      return { kind: draft.kind, host: draft.host };
    default:
      return unknown(draft.kind);
  }
}

/** What is wrong with a draft, by field. The core looks again. */
export function channelFlaws(draft: ChannelDraft, isNew: boolean): Partial<Record<keyof ChannelDraft, string>> {
  const flaws: Partial<Record<keyof ChannelDraft, string>> = {};
  if (!/^[\w.-]{1,40}$/.test(draft.name.trim()))
    flaws.name = t("1 to 40 letters, digits, dots, dashes or underscores.");
  if (draft.kind === "email") {
    if (draft.host.trim() === "") flaws.host = t("The server that takes your mail, such as mail.example.org.");
    if (!/^[1-9]\d{0,4}$/.test(draft.port)) flaws.port = t("A number, usually 465 or 587.");
    if (!draft.from.includes("@")) flaws.from = t("An address such as name@example.org.");
    if (!draft.to.includes("@")) flaws.to = t("An address such as name@example.org.");
    if (isNew && draft.user.trim() !== "" && draft.secret.trim() === "") flaws.secret = t("The password is missing.");
  }
  if (draft.kind === "ntfy" && !/^[\w-]{1,64}$/.test(draft.topic.trim()))
    flaws.topic = t("1 to 64 letters, digits, dashes or underscores.");
  if (isNew && (draft.kind === "slack" || draft.kind === "webhook") && !/^https?:\/\//.test(draft.secret.trim()))
    flaws.secret = t("An address that begins with https://.");
  return flaws;
}

/** A kind that this page does not know yet. */
function unknown(value: never): never {
  throw new Error(`unknown kind ${JSON.stringify(value)}`);
}

// `/background`, `/bg`, `/compare` and `/agent` at the start of a prompt. Pure.
import { t } from "../../i18n";

/** What the text in the composer asks for. */
export type Asked =
  | { kind: "nothing" }
  /** Not a command: the text itself. */
  | { kind: "prompt"; text: string }
  /** `/background` with a prompt after it. */
  | { kind: "background"; text: string }
  /** `/compare`: the prompt after it, which may still be empty, is for two models. */
  | { kind: "compare"; text: string }
  /** `/agent`: who works on the prompt after it is to be chosen. */
  | { kind: "agent"; text: string }
  /** `/background` alone: the answer that is streaming should go on without the user. */
  | { kind: "detach" };

export function asked(text: string): Asked {
  const trimmed = text.trim();
  if (!trimmed) return { kind: "nothing" };
  const compare = /^\/compare(?:\s+|$)/i.exec(trimmed);
  if (compare) return { kind: "compare", text: trimmed.slice(compare[0].length).trim() };
  const agent = /^\/agent(?:\s+|$)/i.exec(trimmed);
  if (agent) return { kind: "agent", text: trimmed.slice(agent[0].length).trim() };
  const command = /^\/(?:background|bg)(?:\s+|$)/i.exec(trimmed);
  if (!command) return { kind: "prompt", text: trimmed };
  const rest = trimmed.slice(command[0].length).trim();
  return rest ? { kind: "background", text: rest } : { kind: "detach" };
}

/** Something that is written before a prompt. */
export interface Command {
  name: string;
  says: string;
}

const commands: readonly Command[] = [
  { name: "/background", says: t("Sends the prompt after it to the background, or the answer that streams") },
  { name: "/compare", says: t("Asks two models the prompt after it") },
  { name: "/agent", says: t("Chooses an agent and its folder") },
];

/** The commands that a text begins; none once it is one, or can be none any more, such as a path. */
export function begun(text: string): Command[] {
  if (!/^\/[a-z]*$/i.test(text)) return [];
  const word = text.toLowerCase();
  return commands.some(({ name }) => name === word) ? [] : commands.filter(({ name }) => name.startsWith(word));
}

/** The line under the text field while a command is typed; `null` when none is. */
export function commandHint(text: string, isAnswering: boolean): string | null {
  const what = asked(text);
  switch (what.kind) {
    case "background":
      return t("Enter sends this to the background. The answer will appear here.");
    case "detach":
      return isAnswering
        ? t("Enter lets the answer go on in the background. Or write a prompt after it.")
        : t("Write the prompt after it, then press Enter.");
    case "agent":
      return t("Enter opens the agents. What stands after it stays.");
    case "nothing":
    case "prompt":
    case "compare":
      return null;
    default:
      return unknown(what);
  }
}

function unknown(_what: never): null {
  return null;
}

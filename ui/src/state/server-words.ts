// What is said about servers of tools, and what is made of what was typed. Pure.
import { t } from "../i18n";
import type { NewToolServer, ToolServer } from "../ipc/types";

/** What a form for a server holds. */
export interface ServerDraft {
  name: string;
  kind: "program" | "address";
  /** The program with its arguments, as it would be typed. */
  line: string;
  url: string;
  token: string;
  variables: { name: string; value: string }[];
}

export const emptyServer: ServerDraft = { name: "", kind: "program", line: "", url: "", token: "", variables: [] };

export const serverStates: Record<ToolServer["state"], string> = {
  new: t("not accepted yet"),
  ready: t("ready"),
  changed: t("changed"),
};

/** The words of a line as a shell would cut it: at spaces that stand in no quotes. */
export function wordsOfLine(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (const letter of line) {
    if (quote !== null) {
      if (letter === quote) quote = null;
      else word += letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= "";
    } else if (/\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + letter;
    }
  }
  return word === null ? words : [...words, word];
}

/** What is wrong with a draft, by its field. */
export function serverFlaws({ name, kind, line, url, variables }: ServerDraft): {
  name?: string;
  place?: string;
  variables?: string;
} {
  const flaws: ReturnType<typeof serverFlaws> = {};
  if (!/^[A-Za-z0-9-]{1,24}$/.test(name.trim())) flaws.name = t("1 to 24 letters, digits and dashes.");
  if (kind === "program" && wordsOfLine(line).length === 0) flaws.place = t("Say which program is started.");
  if (kind === "address" && !/^https?:\/\//.test(url.trim())) flaws.place = t("It begins with https://.");
  const isHalf = variables.some((one) => (one.name.trim() === "") !== (one.value.trim() === ""));
  if (kind === "program" && isHalf) flaws.variables = t("Each variable has a name and a value.");
  return flaws;
}

export function newServerOf({ name, kind, line, url, token, variables }: ServerDraft): NewToolServer {
  if (kind === "address") {
    const place = { kind: "address", url: url.trim() } as const;
    return { name: name.trim(), place, variables: {}, token: token.trim() || null };
  }
  const given = variables.filter((one) => one.name.trim() !== "");
  return {
    name: name.trim(),
    place: { kind: "program", words: wordsOfLine(line) },
    variables: Object.fromEntries(given.map((one) => [one.name.trim(), one.value.trim()])),
    token: null,
  };
}

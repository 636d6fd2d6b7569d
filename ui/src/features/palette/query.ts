// What was typed into the palette: words, and filters such as `is:running` and `model:qwen`.
import type { Task } from "../../ipc/types";
import { wordsOf } from "../../state/words";

/** What `is:` may be followed by. */
export const KINDS = ["running", "queued", "waiting", "paused", "failed", "done", "unread"] as const;

export type Kind = (typeof KINDS)[number];

export interface Query {
  words: string[];
  kinds: Kind[];
  /** Pieces of the names of models. */
  models: string[];
}

/** Reads it; a filter that is not known counts as words. */
export function read(text: string): Query {
  const query: Query = { words: [], kinds: [], models: [] };
  for (const part of text.trim().split(/\s+/)) {
    const [name, ...rest] = part.split(":");
    const value = rest.join(":").toLowerCase();
    const kind = KINDS.find((one) => one === value);
    if (name?.toLowerCase() === "is" && kind) query.kinds.push(kind);
    else if (name?.toLowerCase() === "model" && value !== "") query.models.push(value);
    else query.words.push(...wordsOf(part));
  }
  return query;
}

export const isFiltered = ({ kinds, models }: Query): boolean => kinds.length + models.length > 0;

/** The filters that the last word may become, as whole texts of the field. */
export function endings(text: string, models: readonly string[]): string[] {
  const last = /\S*$/.exec(text)?.[0].toLowerCase() ?? "";
  const before = text.slice(0, text.length - last.length);
  const known = last.startsWith("model:") ? models.map((id) => `model:${id}`) : KINDS.map((kind) => `is:${kind}`);
  if (!/^(is|model):/.test(last)) return [];
  const typed = last.slice(last.indexOf(":") + 1);
  return known
    .filter((one) => one !== last && one.slice(one.indexOf(":") + 1).includes(typed))
    .map((one) => before + one);
}

export function isKind(task: Task, kind: Kind): boolean {
  if (kind === "unread") return task.unread;
  return task.state === stateOf[kind];
}

const stateOf: Record<Exclude<Kind, "unread">, Task["state"]> = {
  running: "running",
  queued: "queued",
  waiting: "waiting",
  paused: "paused",
  failed: "failed",
  done: "completed",
};

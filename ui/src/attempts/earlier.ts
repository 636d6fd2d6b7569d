// What earlier attempts of a task left behind. Pure.
import type { Attempt, TaskLog } from "../ipc/types";

/** The newest attempt whose text was replaced by that of a later one; `null` when nothing was lost from sight. */
export function replaced({ events, attempts }: TaskLog): Attempt | null {
  const last = attempts.at(-1)?.number ?? 0;
  // An attempt that was let go on takes the text so far along, and so do those after it.
  let goesOn = false;
  let isCut = false;
  const begunAnew = new Set<number>();
  for (const event of events) {
    if (event.kind === "paused") isCut = true;
    else if (event.kind === "waiting") isCut = event.reason === "interrupted";
    else if (event.kind === "resumed") goesOn = isCut;
    else if (event.kind === "started" && !goesOn) begunAnew.add(event.attempt);
  }
  const wasReplaced = ({ number, kept_text }: Attempt) =>
    kept_text !== "" && number < last && begunAnew.has(number + 1);
  return attempts.filter(wasReplaced).at(-1) ?? null;
}

/** Words of a text, as the one at its end counts them. */
export function wordsIn(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

// What an audit found, in words. Pure.
import type { Shape, Watched } from "../../ipc/types";
import { shapeWords } from "../../state/offer-words";

/** `4 long answers in the last 7 days while you watched. 2 were not suggested for the background, 1 false alarm.` */
export function headline(watched: Watched[]): string {
  const alarms = watched.filter(({ miss }) => miss === "false_positive").length;
  const long = watched.length - alarms;
  const missed = watched.filter(({ miss }) => miss !== null && miss !== "false_positive").length;
  if (watched.length === 0) return "Nothing took half a minute or more in the last 7 days while you watched.";
  const first =
    long === 0
      ? "No long answers in the last 7 days while you watched."
      : `${long} long ${long === 1 ? "answer" : "answers"} in the last 7 days while you watched.`;
  const parts = [
    missed > 0 ? `For ${missed} of them the background was not suggested.` : "",
    alarms > 0 ? `${alarms} false ${alarms === 1 ? "alarm" : "alarms"}: suggested, and short.` : "",
  ];
  return [first, ...parts].filter(Boolean).join(" ");
}

/** Why it was not suggested, or should not have been. */
export function missWords({ miss, signs }: Pick<Watched, "miss" | "signs">): string {
  const kinds = signs.map(({ shape }) => shapeWords(shape).name.toLowerCase()).join(", ");
  switch (miss) {
    case null:
      return "The background was suggested, and you chose to watch.";
    case "wording":
      return "Not suggested: nothing in its words says that it takes long, and there was no history.";
    case "contract":
      return `Not suggested: you switched that off${kinds ? ` (${kinds})` : ""}.`;
    case "gap":
      return "Not suggested: what was like it before was short. The history learns from this one.";
    case "false_positive":
      return `False alarm: suggested${kinds ? ` as ${kinds}` : ""}, and done within half a minute.`;
    default:
      return unknown(miss);
  }
}

/** A rule that would have helped. */
export function offerAgain(shape: Shape): { why: string; button: string } {
  const name = shapeWords(shape).name.toLowerCase();
  return {
    why: `You sat through ${name} this week, and the background is not suggested for it.`,
    button: `Offer for ${name} from now on`,
  };
}

/** A rule that would have been quieter. */
export function offerNoMore(shape: Shape): { why: string; button: string } {
  const name = shapeWords(shape).name.toLowerCase();
  return {
    why: `What was suggested as ${name} was mostly short.`,
    button: `Do not offer for ${name} any more`,
  };
}

function unknown(miss: never): string {
  return String(miss);
}

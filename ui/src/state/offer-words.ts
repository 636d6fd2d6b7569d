// Why the background is suggested, how long something takes, and how good that was said: all words of it. Pure.
import type { Admission, Calibration, Forecast, Shape, Sign, Task } from "../ipc/types";

/** The kinds of work that takes long, as they are told apart. */
export const shapes: readonly Shape[] = ["document", "sources", "research", "verification", "maintenance", "release"];

/** `3–5 min`: whole minutes or hours; below two minutes, steps of five seconds. */
export function rangeWords({ low_ms, high_ms }: Pick<Forecast, "low_ms" | "high_ms">): string {
  const [step, each, unit] =
    high_ms < 120_000 ? [5_000, 5, "s"] : high_ms < 5_400_000 ? [60_000, 1, "min"] : [3_600_000, 1, "h"];
  const low = Math.floor(low_ms / step) * each;
  const high = Math.max(1, Math.ceil(high_ms / step)) * each;
  return low === 0 ? `up to ${high} ${unit}` : `${low}–${high} ${unit}`;
}

/** What is said before a long prompt is sent: why, and how long. `who` is `on this model` or `with General`. */
export function offerWords({ signs, forecast }: Admission, who: string): string {
  const time = forecast
    ? `It usually takes ${rangeWords(forecast)} ${who}.`
    : `No history yet of how long that takes ${who}.`;
  return [...signs.map(reason), time].join(" ");
}

/** What is said beside an answer that streams and takes a while. */
export function whileStreaming({ forecast }: Pick<Task, "forecast">, workedMs: number): string {
  const way = "Continue in background if you like.";
  if (!forecast || workedMs > forecast.high_ms) return `This takes longer than usual. ${way}`;
  return `Usually takes ${rangeWords(forecast)}. ${way}`;
}

/** The same where nothing was forecast, once. */
export function longAnswer(keys: string): string {
  return `This may take a while. Continue in background (${keys}) and we will tell you.`;
}

/** `about 2–4 min left` of a running task; `null` without a forecast. Past it there is nothing to count down any more. */
export function leftWords({ forecast }: Pick<Task, "forecast">, workedMs: number): string | null {
  if (!forecast) return null;
  if (workedMs > forecast.high_ms) return "longer than usual";
  const left = { low_ms: Math.max(0, forecast.low_ms - workedMs), high_ms: forecast.high_ms - workedMs };
  const words = rangeWords(left);
  return `${words.startsWith("up to") ? words : `about ${words}`} left`;
}

/** What is said of a task that goes on without its user; `null` where nothing can be said of its kind. */
export function goneWords(task: Task, wasSentAway: boolean): string | null {
  if (task.forecast) return `Usually ${rangeWords(task.forecast)}.`;
  const isOfItsOwn = task.in_batch || task.progress?.unit === "parts" || task.retry_of !== null;
  return wasSentAway && !isOfItsOwn ? "No forecast yet: it is among the first of its kind." : null;
}

/** A kind of work, as the settings name it, and what is one. */
export function shapeWords(shape: Shape): { name: string; hint: string; not: string } {
  switch (shape) {
    case "document":
      return { name: "Long documents", hint: "About twenty pages and more.", not: "Not for documents like this" };
    case "sources":
      return {
        name: "Several sources",
        hint: "Files, studies or tenders to be read together.",
        not: "Not for several sources",
      };
    case "research":
      return { name: "Research", hint: "A question that has to be looked into.", not: "Not for research" };
    case "verification":
      return { name: "Checking", hint: "Each claim, number or link of something.", not: "Not for checking" };
    case "maintenance":
      return {
        name: "Upkeep",
        hint: "Many things changed alike, or something done until it holds.",
        not: "Not for upkeep",
      };
    case "release":
      return { name: "Releases", hint: "All that is done before something is released.", not: "Not for releases" };
    default:
      return unknown(shape);
  }
}

/** `8 of 10 forecasts were right`; `null` before there was one. */
export function scoreWords({ right, of }: Pick<Calibration, "right" | "of">): string | null {
  if (of === 0) return null;
  if (of === 1) return right === 1 ? "The one forecast was right" : "The one forecast was wrong";
  return `${right} of ${of} forecasts were right`;
}

function reason({ shape, count }: Sign): string {
  switch (shape) {
    case "document":
      return `This reads about ${count === 1 ? "1 page" : `${count ?? "many"} pages`}.`;
    case "sources":
      return count === null ? "This reads several sources." : `This reads ${count} files.`;
    case "research":
      return "This is research.";
    case "verification":
      return "There is much to check.";
    case "maintenance":
      return "There is much to change.";
    case "release":
      return "All that a release needs is to be done.";
    default:
      return unknown(shape).name;
  }
}

function unknown(shape: never): { name: string; hint: string; not: string } {
  return { name: String(shape), hint: "", not: `Not for ${shape}` };
}

// Where the stretches of a day stand in its picture, and how they are said. Pure.
import { clockTime, duration } from "../../../components/time";
import { t } from "../../../i18n";
import type { Span, Timeline } from "../../../ipc/types";

const HOUR_MS = 3_600_000;
/** A picture of less time would make seconds look like hours. */
const LEAST_HOURS = 4;
/** Lanes of what went on at once; what has no place in them lies over the last. */
const LANES = 4;
/** Where more than this stand in a picture, neighbours of one kind are one. */
const MOST = 150;
/** Per cent of the width: what can be seen, and pressed. */
const LEAST_WIDTH = 0.8;

/** One mark of the picture: a stretch, or several that cannot be told apart. */
export interface Mark {
  spans: Span[];
  kind: Span["kind"];
  isLive: boolean;
  /** Per cent of the width. */
  left: number;
  width: number;
}

export interface Picture {
  /** The hours it shows, from and to. */
  from: number;
  to: number;
  you: Mark[][];
  away: Mark[][];
  /** Full hours along its foot. */
  hours: { words: string; left: number }[];
  /** Where the present is; `null` on another day. */
  now: number | null;
}

/** The picture of a day: as many hours as something happened in. */
export function pictureOf(day: Timeline, now: number): Picture {
  const start = Date.parse(day.from);
  const end = Date.parse(day.to);
  const isToday = now >= start && now < end;
  const until = isToday ? now : end;
  const cut = day.spans.map((span) => ({
    span,
    a: Math.max(start, Date.parse(span.from)),
    b: Math.min(end, span.to === null ? until : Date.parse(span.to)),
  }));
  const first = Math.min(...cut.map(({ a }) => a), isToday ? now : end);
  const last = Math.max(...cut.map(({ b }) => b), isToday ? now : start);
  // Hours are counted from the midnight of the day, so that they are those of its clock.
  const low = Math.floor((first - start) / HOUR_MS);
  const high = Math.ceil((last - start) / HOUR_MS);
  const most = Math.ceil((end - start) / HOUR_MS);
  const hours = Math.min(most, Math.max(LEAST_HOURS, high - low));
  const from = start + Math.max(0, Math.min(low, most - hours)) * HOUR_MS;
  const to = Math.min(end, from + hours * HOUR_MS);
  const at = (moment: number) => ((moment - from) / (to - from)) * 100;
  const marks = cut.map(({ span, a, b }): Mark => {
    const width = Math.max(LEAST_WIDTH, at(b) - at(a));
    const left = Math.min(at(a), 100 - width);
    return { spans: [span], kind: span.kind, isLive: span.to === null, left, width };
  });
  const of = (isYou: boolean) => marks.filter(({ spans }) => (spans[0]?.lane === "interactive") === isYou);
  const step = Math.ceil(hours / 6);
  return {
    from,
    to,
    you: inLanes(of(true), 1),
    away: inLanes(of(false), LANES),
    hours: Array.from({ length: Math.floor(hours / step) + 1 }, (_, n) => from + n * step * HOUR_MS).map((moment) => ({
      words: String(new Date(moment).getHours()),
      left: at(moment),
    })),
    now: isToday ? at(now) : null,
  };
}

function inLanes(marks: Mark[], most: number): Mark[][] {
  const lanes: Mark[][] = [];
  for (const mark of marks) {
    const free = lanes.find((lane) => end(lane.at(-1)) <= mark.left);
    if (free) free.push(mark);
    else if (lanes.length < most) lanes.push([mark]);
    else lanes.at(-1)?.push(mark);
  }
  return marks.length > MOST ? lanes.map(merged) : lanes;
}

const end = (mark: Mark | undefined) => (mark ? mark.left + mark.width : 0);

/** Neighbours that touch are one, if they are of one kind. */
function merged(lane: Mark[]): Mark[] {
  const marks: Mark[] = [];
  for (const mark of [...lane].sort((a, b) => a.left - b.left)) {
    const last = marks.at(-1);
    if (last && last.kind === mark.kind && last.isLive === mark.isLive && mark.left - end(last) < LEAST_WIDTH / 2) {
      last.width = Math.max(end(last), end(mark)) - last.left;
      last.spans = [...last.spans, ...mark.spans];
    } else {
      marks.push({ ...mark });
    }
  }
  return marks;
}

/** `worked`, `waits for you`. */
export function kindWords({ kind, to, lane }: Pick<Span, "kind" | "to" | "lane">): string {
  switch (kind) {
    case "working":
      if (to === null) return lane === "interactive" ? t("answers you") : t("works");
      return lane === "interactive" ? t("answered you") : t("worked");
    case "waiting":
      return to === null ? t("waits for you") : t("waited for you");
    case "failed":
      return t("failed");
    default:
      return kind satisfies never;
  }
}

/** `13:30–13:42, 12 m 04 s`, `since 13:30`. */
export function whenWords({ from, to }: Pick<Span, "from" | "to">): string {
  if (to === null) return t("since {time}", { time: clockTime(from) });
  return `${clockTime(from)}–${clockTime(to)}, ${duration(Date.parse(to) - Date.parse(from))}`;
}

/** What a mark of the picture says. */
export function markWords({ spans }: Mark): string {
  const [span] = spans;
  if (!span) return "";
  if (spans.length === 1) return `${span.title}: ${kindWords(span)}, ${whenWords(span)}`;
  const last = spans.at(-1)?.to ?? null;
  const tasks = t("{n, plural, one {# task} other {# tasks}}", { n: spans.length });
  return `${tasks}: ${kindWords(span)}, ${whenWords({ from: span.from, to: last })}`;
}

/** How long was worked in the background by now: what goes on still went on since it was asked. */
export function workedBy(day: Timeline, askedAt: number, now: number): number {
  const live = day.spans.filter(({ kind, lane, to }) => kind === "working" && lane === "background" && to === null);
  return day.worked_ms + live.length * Math.max(0, now - askedAt);
}

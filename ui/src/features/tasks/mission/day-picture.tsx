import { type KeyboardEvent, memo, useState } from "react";
import { t } from "../../../i18n";
import type { Span, Timeline } from "../../../ipc/types";
import { type Mark, markWords, pictureOf } from "./day";

interface DayPictureProps {
  day: Timeline;
  /** To the minute. */
  now: number;
  onOpen: (span: Span) => void;
}

/** The day as lanes: what you watched, and what went on meanwhile. The table beside it says the same. */
export const DayPicture = memo(function DayPicture({ day, now, onOpen }: DayPictureProps) {
  const picture = pictureOf(day, now);
  const [current, setCurrent] = useState(0);
  const all = [...picture.you, ...picture.away].flat();
  const reachable = all[Math.min(current, all.length - 1)];
  const lane = (marks: Mark[], at: number) => (
    <div className="day-lane" key={at}>
      {marks.map((mark) => (
        <button
          key={keyOf(mark)}
          type="button"
          className={`day-mark is-${mark.kind}${mark.isLive ? " is-live" : ""}`}
          style={{ left: `${mark.left}%`, width: `${mark.width}%` }}
          aria-label={markWords(mark)}
          title={markWords(mark)}
          tabIndex={mark === reachable ? 0 : -1}
          onFocus={() => setCurrent(all.indexOf(mark))}
          onClick={() => mark.spans[0] && onOpen(mark.spans[0])}
        />
      ))}
    </div>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields.
    <div className="day-picture" role="group" aria-label={t("Timeline")} onKeyDown={moveAmong}>
      <span className="meta">{t("With you")}</span>
      <div className="day-lanes is-you">{picture.you.length > 0 ? picture.you.map(lane) : lane([], 0)}</div>
      <span className="meta">{t("Meanwhile ~lane")}</span>
      <div className="day-lanes is-away">{picture.away.length > 0 ? picture.away.map(lane) : lane([], 0)}</div>
      {picture.now !== null && (
        <div className="day-now" aria-hidden="true">
          <i style={{ left: `${picture.now}%` }} />
        </div>
      )}
      <div className="day-hours num" aria-hidden="true">
        {picture.hours.map(({ words, left }) => (
          <span key={left} style={{ left: `${left}%` }}>
            {words}
          </span>
        ))}
      </div>
    </div>
  );
});

/** A task can fail in the moment in which it began. */
function keyOf({ spans: [span] }: Mark): string {
  return `${span?.task_id} ${span?.kind} ${span?.from}`;
}

/** Left and right go along the marks, Home and End to the first and the last. */
function moveAmong(event: KeyboardEvent<HTMLElement>): void {
  const steps: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const marks = [...event.currentTarget.querySelectorAll<HTMLElement>(".day-mark")];
  const at = event.target instanceof HTMLElement ? marks.indexOf(event.target) : -1;
  const step = steps[event.key];
  const to = event.key === "Home" ? 0 : event.key === "End" ? marks.length - 1 : step === undefined ? -1 : at + step;
  const next = at === -1 ? undefined : marks[to];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

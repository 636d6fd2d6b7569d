import { useState } from "react";
import { clockTime, duration } from "../../../components/time";
import { t } from "../../../i18n";
import type { Span, Timeline } from "../../../ipc/types";
import { kindWords } from "./day";

/** Rows of the table at rest. */
const KEPT = 40;

interface DayTableProps {
  day: Timeline;
  now: number;
  onOpen: (span: Span) => void;
}

/** The same day in words, newest first. */
export function DayTable({ day, now, onOpen }: DayTableProps) {
  const [isWhole, setWhole] = useState(false);
  const all = [...day.spans].reverse();
  const rows = isWhole ? all : all.slice(0, KEPT);
  return (
    <>
      <table className="day-table">
        <caption className="sr">{t("What was worked on")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("Task")}</th>
            <th scope="col">{t("From")}</th>
            <th scope="col">{t("Took")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((span) => (
            <tr key={`${span.task_id} ${span.from} ${span.kind}`}>
              <th scope="row">
                <button type="button" className="day-name" onClick={() => onOpen(span)}>
                  {span.title}
                </button>
                <span className="meta">{kindWords(span)}</span>
              </th>
              <td>{clockTime(span.from)}</td>
              <td>{duration((span.to === null ? now : Date.parse(span.to)) - Date.parse(span.from))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length < all.length && (
        <button type="button" className="tasks-more" onClick={() => setWhole(true)}>
          {t("Show all {n, number}", { n: all.length })}
        </button>
      )}
    </>
  );
}

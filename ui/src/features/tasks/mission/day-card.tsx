import { useCallback, useEffect, useRef, useState } from "react";
import { Button, IconButton } from "../../../components/button";
import { Note } from "../../../components/note";
import { Segments } from "../../../components/segments";
import { duration, useNow } from "../../../components/time";
import { useAnswer } from "../../../components/use-answer";
import { locale, t } from "../../../i18n";
import type { Settings, Span, Timeline } from "../../../ipc/types";
import { actions } from "../../../state/actions";
import { useStore } from "../../../state/store";
import { money } from "../../../state/task-words";
import { workedBy } from "./day";
import { DayPicture } from "./day-picture";
import { DayTable } from "./day-table";
import { dayStart } from "./filters";
import { goToRow } from "./go-to-row";
import "./day.css";

const FORMS = [
  { value: "picture", label: t("Picture") },
  { value: "table", label: t("Table") },
] as const;

const MINUTE_MS = 60_000;

/** One day: how long was worked meanwhile, what it cost, and when what happened. */
export function DayCard() {
  const [back, setBack] = useState(0);
  const [form, setForm] = useState<"picture" | "table">("picture");
  const now = useNow(back === 0);
  // Whatever begins or ends changes the day.
  const summary = useStore((state) => state.summary);
  const from = dayStart(now, -back).toISOString();
  const to = dayStart(now, 1 - back).toISOString();
  const { value, error, again } = useAnswer(async () => ({ day: await actions.dayOf(from, to), at: Date.now() }));
  const asked = useRef({ from, summary });
  useEffect(() => {
    if (asked.current.from === from && asked.current.summary === summary) return;
    asked.current = { from, summary };
    again();
  }, [from, summary, again]);
  const isThis = value !== null && value.day.from === from;
  const onOpen = useCallback((span: Span) => goToRow(span), []);
  return (
    <section className="day" aria-label={t("What went on: {day}", { day: dayWords(from, back) })}>
      <header className="mission-group-head">
        <h2>{dayWords(from, back)}</h2>
        <span className="day-steps">
          <IconButton icon="chevron-left" label={t("The day before")} onClick={() => setBack(back + 1)} />
          <IconButton
            icon="chevron-right"
            label={t("The day after")}
            disabled={back === 0}
            onClick={() => setBack(Math.max(0, back - 1))}
          />
        </span>
      </header>
      <div className="mission-card day-card" aria-busy={!isThis && error === null}>
        {error !== null && (
          <Note
            kind="fail"
            icon="octagon-x"
            role="alert"
            actions={
              <Button small onClick={again}>
                {t("Try again")}
              </Button>
            }
          >
            {t("The day could not be read.")} {error}
          </Note>
        )}
        {isThis && (
          <>
            <Figures day={value.day} askedAt={value.at} now={now} isToday={back === 0} />
            <Segments label={t("Shown as")} value={form} options={FORMS} onChange={setForm} />
            {value.day.spans.length === 0 ? (
              <p className="soft">{back === 0 ? t("Nothing was worked on yet.") : t("Nothing was worked on.")}</p>
            ) : form === "picture" ? (
              <>
                <DayPicture day={value.day} now={Math.floor(now / MINUTE_MS) * MINUTE_MS} onOpen={onOpen} />
                <Legend day={value.day} />
              </>
            ) : (
              <DayTable day={value.day} now={now} onOpen={onOpen} />
            )}
          </>
        )}
      </div>
    </section>
  );
}

function Figures({ day, askedAt, now, isToday }: { day: Timeline; askedAt: number; now: number; isToday: boolean }) {
  const limit = useStore(({ settings }) => limitOf(settings, now));
  const worked = workedBy(day, askedAt, now);
  // Where nothing was worked on, nothing was spent.
  const cost = day.spans.length === 0 ? (day.cost_usd ?? 0) : day.cost_usd;
  return (
    <dl className="day-figures num">
      <div>
        <dd>{worked === 0 ? "0 s" : duration(worked)}</dd>
        <dt>{t("worked meanwhile")}</dt>
      </div>
      <div>
        <dd>{cost === null ? "–" : money(cost)}</dd>
        <dt>
          {cost === null
            ? t("no price known")
            : isToday && limit !== null
              ? t("of {limit} for today", { limit: money(limit) })
              : t("spent")}
        </dt>
      </div>
    </dl>
  );
}

/** The dollars of a day, with what was allowed on top; `null` without a limit. */
function limitOf({ day_limit: { usd, more } }: Settings, now: number): number | null {
  if (usd === null) return null;
  return usd * (1 + (more && Date.parse(more.until) > now ? more.times : 0));
}

/** What the patterns mean, as far as they are there. */
function Legend({ day }: { day: Timeline }) {
  const has = (fits: (span: Span) => boolean) => day.spans.some(fits);
  const signs = [
    { sign: "is-working is-live", words: t("goes on"), isThere: has((s) => s.kind === "working" && s.to === null) },
    { sign: "is-waiting", words: t("waits for you"), isThere: has((s) => s.kind === "waiting") },
    { sign: "is-failed", words: t("failed"), isThere: has((s) => s.kind === "failed") },
  ].filter(({ isThere }) => isThere);
  if (signs.length === 0) return null;
  return (
    <ul className="day-legend meta">
      {signs.map(({ sign, words }) => (
        <li key={words}>
          <i className={`day-mark ${sign}`} aria-hidden="true" />
          {words}
        </li>
      ))}
    </ul>
  );
}

const day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });

function dayWords(from: string, back: number): string {
  if (back === 0) return t("Today");
  return back === 1 ? t("Yesterday") : day.format(new Date(from));
}

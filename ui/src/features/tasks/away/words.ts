import { clockTime, duration, fullTime } from "../../../components/time";
import { locale, t } from "../../../i18n";
import type { Away } from "../../../ipc/types";
import { money } from "../../../state/task-words";

/** From when to when, and what happened to the computer meanwhile. */
export function awayHead({ since, until, restarts, went_on, slept_ms }: Away): string {
  const parts = [t("{since} to {until}.", { since: moment(since, since, until), until: moment(until, since, until) })];
  if (slept_ms >= 60_000) parts.push(t("The computer slept for {time}.", { time: duration(slept_ms) }));
  if (restarts > 0) {
    parts.push(
      went_on > 0
        ? t(
            "Meanwhile was started again{restarts, plural, one {} other { # times}}, and {n, plural, one {# task went on from where it was} other {# tasks went on from where they were}}.",
            { restarts, n: went_on },
          )
        : t("Meanwhile was started again{restarts, plural, one {} other { # times}}.", { restarts }),
    );
  }
  return parts.join(" ");
}

/** What it came to. */
export function awaySum({ worked_ms, cost_usd }: Away): string {
  const work = worked_ms >= 1_000 ? t("{time} of work", { time: duration(worked_ms) }) : "";
  const cost = cost_usd === null ? "" : money(cost_usd);
  return [work, cost].filter(Boolean).join(", ");
}

const DAY_MS = 24 * 3_600_000;

/** The time of day; of what goes over more than a day the day as well. */
function moment(at: string, since: string, until: string): string {
  const length = Date.parse(until) - Date.parse(since);
  if (length < DAY_MS) return clockTime(at);
  const day = new Date(at).toLocaleDateString(locale, { weekday: "long" });
  return length < 6 * DAY_MS ? `${day} ${clockTime(at)}` : fullTime(at);
}

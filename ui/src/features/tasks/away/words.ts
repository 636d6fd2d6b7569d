import { counted } from "../../../components/counted";
import { clockTime, duration, fullTime } from "../../../components/time";
import type { Away } from "../../../ipc/types";
import { money } from "../../../state/task-words";

/** From when to when, and what happened to the computer meanwhile. */
export function awayHead({ since, until, restarts, went_on, slept_ms }: Away): string {
  const parts = [`${moment(since, since, until)} to ${moment(until, since, until)}.`];
  if (slept_ms >= 60_000) parts.push(`The computer slept for ${duration(slept_ms)}.`);
  if (restarts > 0) {
    const went =
      went_on > 0
        ? `, and ${counted(went_on, "task")} went on from where ${went_on === 1 ? "it was" : "they were"}`
        : "";
    parts.push(`Meanwhile was started again${restarts > 1 ? ` ${counted(restarts, "time")}` : ""}${went}.`);
  }
  return parts.join(" ");
}

/** What it came to. */
export function awaySum({ worked_ms, cost_usd }: Away): string {
  const work = worked_ms >= 1_000 ? `${duration(worked_ms)} of work` : "";
  const cost = cost_usd === null ? "" : money(cost_usd);
  return [work, cost].filter(Boolean).join(", ");
}

const DAY_MS = 24 * 3_600_000;

/** The time of day; of what goes over more than a day the day as well. */
function moment(at: string, since: string, until: string): string {
  const length = Date.parse(until) - Date.parse(since);
  if (length < DAY_MS) return clockTime(at);
  const day = new Date(at).toLocaleDateString("en", { weekday: "long" });
  return length < 6 * DAY_MS ? `${day} ${clockTime(at)}` : fullTime(at);
}

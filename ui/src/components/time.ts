import { useSyncExternalStore } from "react";
import { locale, t } from "../i18n";

/** The present in milliseconds. Ticks once a second while `active` and the page is visible: one timer for all. */
export function useNow(active: boolean): number {
  return useSyncExternalStore(active ? follow : idle, () => (active ? tick : still()));
}

/** `less than 1 s`, `15 s`, `2 m 15 s`, `1 h 04 m`, `2 d 3 h`. */
export function duration(ms: number): string {
  if (ms < 0 || Number.isNaN(ms)) return "0 s";
  if (ms < 1_000) return t("less than 1 s");
  return seconds(Math.floor(ms / 1_000));
}

/** As `duration`, in whole seconds from `0 s`, for a clock that ticks. */
export function elapsed(ms: number): string {
  return seconds(Math.max(0, Math.floor(ms / 1_000)));
}

/** `just now`, `5 min ago`, `3 h ago`; from a day on the date. */
export function age(iso: string, now: number): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return "";
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return t("just now");
  if (minutes < 60) return t("{n} min ago", { n: minutes });
  if (minutes < 24 * 60) return t("{n} h ago", { n: Math.floor(minutes / 60) });
  const date = new Date(at);
  const isThisYear = date.getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? dayOfYear : dayAndYear).format(date);
}

/** `14:05`, by the clock of this computer. */
export function clockTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Date, time and zone, for tooltips. */
export function fullTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  return momentAndZone.format(date);
}

// Made once: a formatter costs a hundred times more than what it formats, and rows tick every second.
const dayOfYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const momentAndZone = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "long" });

function seconds(total: number): string {
  if (total < 60) return `${total} s`;
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return t("{m} m {s} s", { m: minutes, s: two(total % 60) });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t("{h} h {m} m", { h: hours, m: two(minutes % 60) });
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const two = (n: number) => String(n).padStart(2, "0");

let tick = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const followers = new Set<() => void>();

function beat() {
  tick = Date.now();
  for (const onTick of followers) onTick();
}

function run() {
  const wanted = followers.size > 0 && document.visibilityState === "visible";
  if (wanted && timer === undefined) timer = setInterval(beat, 1_000);
  if (!wanted && timer !== undefined) {
    clearInterval(timer);
    timer = undefined;
  }
}

function seen() {
  if (document.visibilityState === "visible") beat();
  run();
}

function follow(onTick: () => void) {
  if (followers.size === 0) {
    tick = Date.now();
    document.addEventListener("visibilitychange", seen);
  }
  followers.add(onTick);
  run();
  return () => {
    followers.delete(onTick);
    if (followers.size === 0) document.removeEventListener("visibilitychange", seen);
    run();
  };
}

const idle = () => () => {};

// A component that does not tick still needs a present that is no more than a second old, and stable within a render.
function still(): number {
  const now = Date.now();
  if (timer === undefined && now - tick > 1_000) tick = now;
  return tick;
}

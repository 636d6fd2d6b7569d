import type { Task } from "../../../ipc/types";

/** `About 7–9 min left`; `null` while nothing is known of how long such tasks take. */
export function forecastWords(_task: Task, _now: number): string | null {
  return null;
}

// What happened over a weekend, for `?demo=away`.
import type { FakeRows } from "./fake-rows";
import type { Task } from "./types";

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

/** Everything that came back is new, and the newest answers came when their chats had gone on. */
export function withAway(rows: FakeRows): FakeRows {
  const tasks = (rows.tasks ?? []).map(
    (task): Task => (task.lane === "background" && task.ended_at !== null ? { ...task, unread: true } : task),
  );
  const asks = tasks.filter((task) => task.state === "waiting");
  const failed = tasks.filter((task) => task.state === "failed");
  const done = tasks.filter((task) => task.state === "completed" && task.unread);
  return {
    ...rows,
    tasks,
    away: {
      since: hoursAgo(62),
      until: hoursAgo(0),
      tasks: [...asks, ...failed, ...done],
      more: 0,
      worked_ms: 80 * 60_000,
      cost_usd: 1.04,
      restarts: 1,
      went_on: 2,
      slept_ms: 9 * 3_600_000,
    },
  };
}

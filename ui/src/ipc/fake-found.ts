// What a made-up process finds among its tasks, and what it did on a day.
import type { Client } from "./client";
import type { FakeStore } from "./fake-store";
import type { FoundTasks, Span, Task, TaskQuery, Timeline } from "./types";

type FoundClient = Pick<Client, "findTasks" | "dayOf" | "pinTask" | "taskText">;

export function foundClient(store: FakeStore): FoundClient {
  const all = () => {
    const here = new Set(store.titles().flatMap(({ id, deleted_at }) => (deleted_at === null ? [id] : [])));
    return store.allTasks().filter((task) => here.has(task.conversation_id) && task.parent_id === null);
  };
  return {
    findTasks: async (query) => findIn(all(), query),
    dayOf: async (from, to) =>
      dayIn(
        all().filter((task) => !isOfSystem(task)),
        from,
        to,
      ),
    async pinTask(id, pinned) {
      store.change(id, { pinned });
    },
    taskText: async (id) => store.texts.get(id) ?? [],
  };
}

/** A cursor is the place after which to go on. */
export function findIn(tasks: Task[], query: TaskQuery): FoundTasks {
  const found = tasks.filter((task) => fits(task, query)).sort(newestFirst);
  const from = query.cursor === null ? 0 : found.findIndex(({ id }) => id === query.cursor) + 1;
  const page = found.slice(from, from + query.limit);
  const isEnd = from + page.length >= found.length;
  return { tasks: page, total: found.length, next: isEnd ? null : (page.at(-1)?.id ?? null) };
}

const isOfSystem = ({ ownership }: Task) => ownership.origin === "system";

function fits(
  task: Task,
  { words, states, model, lane, unread, pinned, system = false, since, until }: TaskQuery,
): boolean {
  const wanted = words?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  const has = `${task.title} ${task.prompt}`.toLowerCase();
  return (
    wanted.every((word) => has.includes(word)) &&
    (states.length === 0 || states.includes(task.state)) &&
    (model === null || task.model === model) &&
    (lane === null || task.lane === lane) &&
    (!unread || task.unread) &&
    (!pinned || task.pinned) &&
    system === isOfSystem(task) &&
    (since === null || task.created_at >= since) &&
    (until === null || task.created_at < until)
  );
}

function newestFirst(a: Task, b: Task): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

export function dayIn(tasks: Task[], from: string, to: string): Timeline {
  const spans = tasks
    .flatMap(spansOf)
    .filter((span) => span.from < to && (span.to ?? to) > from)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const costs = tasks.flatMap(({ usage, created_at }) =>
    created_at >= from && created_at < to && usage.cost_usd !== null ? [usage.cost_usd] : [],
  );
  const now = new Date().toISOString();
  const ms = (span: Span) => Date.parse(least(span.to ?? now, to)) - Date.parse(span.from > from ? span.from : from);
  const away = spans.filter(({ lane, kind }) => lane === "background" && kind === "working");
  return {
    from,
    to,
    spans,
    worked_ms: away.reduce((sum, span) => sum + Math.max(0, ms(span)), 0),
    cost_usd: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
  };
}

const least = (a: string, b: string) => (a < b ? a : b);

function spansOf(task: Task): Span[] {
  const { id: task_id, conversation_id, title, lane, started_at, ended_at, state } = task;
  if (started_at === null) return state === "waiting" ? [waits(task, task.created_at)] : [];
  const base = { task_id, conversation_id, title, lane };
  if (state === "failed") return [{ ...base, kind: "failed", from: started_at, to: ended_at }];
  const last = task.steps.at(-1)?.ended_at ?? started_at;
  if (state !== "waiting") return [{ ...base, kind: "working", from: started_at, to: ended_at }];
  return [{ ...base, kind: "working", from: started_at, to: last }, waits(task, last)];
}

function waits({ id, conversation_id, title, lane }: Task, from: string): Span {
  return { task_id: id, conversation_id, title, lane, kind: "waiting", from, to: null };
}

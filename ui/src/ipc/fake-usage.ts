// What the tasks of a made-up process used.
import type { FakeStore } from "./fake-store";
import type { Conversation, DayLimit, Settings, Spent, Task, UsageReport } from "./types";

const none: Spent = {
  requests: 0,
  input_tokens: 0,
  output_tokens: 0,
  cost_usd: null,
  unpriced: 0,
  estimated: false,
};

/** As much again of today's limit; what waits for it goes on. */
export function allowToday(store: FakeStore): Settings {
  const { day_limit } = store.settings;
  const until = new Date(new Date().setHours(24, 0, 0, 0)).toISOString();
  const settings = store.apply({
    day_limit: { ...day_limit, more: { until, times: (day_limit.more?.times ?? 0) + 1 } },
  });
  for (const { id, state, reason } of store.allTasks()) {
    if (state === "waiting" && reason === "day_limit")
      store.change(id, { state: "queued", reason: null, error: null, due_at: null });
  }
  return settings;
}

export function usageOf(
  tasks: Task[],
  conversations: Conversation[],
  limit: DayLimit,
  days: number | null,
): UsageReport {
  const dates = Array.from({ length: days ?? 200 }, (_, at) => dateOf(Date.now() - at * 86_400_000)).reverse();
  const counted = tasks.filter(
    ({ usage, created_at }) => usage.output_tokens !== null && dates.includes(dateOf(Date.parse(created_at))),
  );
  const sum = (which: (task: Task) => boolean) => counted.filter(which).reduce(plus, none);
  const models = [...new Set(counted.map(({ model }) => model))];
  const times = 1 + (limit.more?.times ?? 0);
  return {
    total: sum(() => true),
    days: dates.map((date) => ({
      date,
      start: `${date}T00:00:00.000Z`,
      spent: sum(({ created_at }) => dateOf(Date.parse(created_at)) === date),
    })),
    models: models.map((model) => ({ model, spent: sum((task) => task.model === model) })),
    conversations: conversations
      .map(({ id, title }) => ({ conversation_id: id, title, spent: sum((task) => task.conversation_id === id) }))
      .filter(({ spent }) => spent.requests > 0),
    limit_usd: limit.usd === null ? null : limit.usd * times,
    limit_tokens: limit.tokens === null ? null : limit.tokens * times,
  };
}

const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);

function plus(sum: Spent, { usage }: Task): Spent {
  return {
    requests: sum.requests + 1,
    input_tokens: sum.input_tokens + (usage.input_tokens ?? 0),
    output_tokens: sum.output_tokens + (usage.output_tokens ?? 0),
    cost_usd: usage.cost_usd === null ? sum.cost_usd : (sum.cost_usd ?? 0) + usage.cost_usd,
    unpriced: sum.unpriced + (usage.cost_usd === null ? 1 : 0),
    estimated: sum.estimated || usage.estimated,
  };
}

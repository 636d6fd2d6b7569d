// Forty days of work, with a limit that is reached today.
import { type FakeRows, makeConversation, makeTask } from "./fake-rows";
import type { Task, Usage } from "./types";

const DAY_MS = 86_400_000;
const MODELS = ["openai/gpt-5-mini", "anthropic/claude-sonnet-4-5", "ollama/qwen3"];

export function withUsage(rows: FakeRows): FakeRows {
  const chats = rows.conversations ?? [];
  const past = Array.from({ length: 40 }, (_, day) =>
    Array.from({ length: (day * 7) % 5 }, (_, at) => used(day, at, chats[(day + at) % chats.length]?.id ?? "")),
  ).flat();
  return {
    ...rows,
    conversations: [
      ...chats,
      makeConversation({ id: "cnv_limit", title: "Minutes of the year", model: MODELS[0] ?? null }),
    ],
    tasks: [
      ...(rows.tasks ?? []),
      ...past,
      waiting("tsk_limit_1", "background", 1),
      waiting("tsk_limit_2", "interactive", 2),
    ],
    settings: { ...rows.settings, day_limit: { usd: 0.1, tokens: null, more: null } },
  };
}

function used(day: number, at: number, conversation_id: string): Task {
  const model = MODELS[(day + at) % 3] ?? "";
  const isFree = model.startsWith("ollama");
  const output = 400 + ((day * 811 + at * 577) % 5_000);
  const usage: Usage = {
    input_tokens: output * 3,
    output_tokens: output,
    cost_usd: isFree ? null : output / 40_000,
    estimated: isFree,
  };
  const created_at = new Date(Date.now() - day * DAY_MS - at * 1_000).toISOString();
  const place = { conversation_id, turn: 100 + day * 5 + at };
  return makeTask({ ...place, model, usage, created_at, ended_at: created_at, finish_reason: "stop" });
}

function waiting(id: string, lane: Task["lane"], turn: number): Task {
  const next =
    lane === "background"
      ? "It goes on by itself tomorrow, or when you allow more today."
      : "Allow more today, wait until tomorrow, or stop.";
  return makeTask({
    id,
    conversation_id: "cnv_limit",
    turn,
    lane,
    title: "Put the minutes of the year together",
    prompt: "Put the minutes of the year together.",
    model: MODELS[0] ?? "",
    state: "waiting",
    reason: "day_limit",
    attempt: 0,
    due_at: new Date(new Date().setHours(24, 0, 0, 0)).toISOString(),
    error: {
      code: "day_limit",
      message: "This would pass today's limit of $0.10: $0.09 was spent.",
      hint: `Your prompt is kept. ${next}`,
      retryable: true,
    },
  });
}

// Weeks of background work, for mission control in the demo.
import { withAgents } from "./demo-agents";
import { type FakeRows, makeConversation, makeTask } from "./fake-rows";
import type { Task } from "./types";

const MINUTE = 60_000;
const iso = (at: number) => new Date(at).toISOString();

const titles = [
  "Index the research folder",
  "Rewrite the pricing page",
  "Weekly numbers for the team",
  "Find broken links in the wiki",
  "Summarise the board minutes",
  "Translate the safety sheet",
  "Compare the two insurance offers",
  "Collect the questions from support",
];

/** A busy day, and `count` tasks that ended before it. */
export function withHistory(rows: FakeRows, count: number): FakeRows {
  const busy = withAgents(rows);
  const archive = makeConversation({
    id: "cnv_archive",
    title: "Everyday work",
    updated_at: iso(Date.now() - 3_600_000),
  });
  return {
    ...busy,
    conversations: [...(busy.conversations ?? []), archive],
    tasks: [...(busy.tasks ?? []), ...Array.from({ length: count }, (_, at) => ended(at)), named],
  };
}

/** What Meanwhile gave itself to do. */
const named = makeTask({
  id: "tsk_named",
  conversation_id: "cnv_archive",
  branch: 2 ** 30 + 1,
  title: "Naming “Index the research folder”",
  state: "completed",
  usage: { input_tokens: 640, output_tokens: 7, cost_usd: null, estimated: false },
  ownership: {
    origin: "system",
    work: { kind: "task", id: "tsk_named" },
    final: { kind: "conversation", id: "cnv_archive" },
    mode: "suppressed",
  },
});

function ended(at: number): Task {
  const state = at % 11 === 1 ? "cancelled" : at % 13 === 5 ? "failed" : "completed";
  // Some today, then a few each day.
  const from = Date.now() - (at < 6 ? 40 + at * 55 : 400 + (at - 5) * 97) * MINUTE;
  const to = from + (2 + ((at * 7) % 23)) * MINUTE;
  const lane = at % 4 === 2 ? "interactive" : "background";
  return makeTask({
    id: `tsk_old_${String(at).padStart(5, "0")}`,
    conversation_id: "cnv_archive",
    turn: at + 1,
    title: titles[at % titles.length] ?? "",
    prompt: `${titles[at % titles.length]}, please.`,
    lane,
    state,
    model: at % 3 === 0 ? "openai/gpt-5-mini" : "ollama/qwen3",
    created_at: iso(from),
    started_at: iso(from + 1_000),
    ended_at: iso(to),
    detached_at: lane === "background" ? iso(from) : null,
    finish_reason: state === "completed" ? "stop" : null,
    pinned: at === 3,
    usage: {
      input_tokens: 900,
      output_tokens: 300 + at,
      cost_usd: at % 3 === 0 ? 0.02 + (at % 9) / 100 : null,
      estimated: false,
    },
    error:
      state === "failed"
        ? { code: "overloaded", message: "the provider was overloaded", hint: "Nothing came. Retry.", retryable: true }
        : null,
    head: 2,
  });
}

// What stands in the window for `?demo=name`.

import { withAgents } from "./demo-agents";
import { withAway } from "./demo-away";
import { knownChannels } from "./demo-channels";
import { logsOf } from "./demo-logs";
import { withHistory } from "./demo-mission";
import { fewModels, manyModels, modelProblems } from "./demo-models";
import * as say from "./demo-text";
import { withUsage } from "./demo-usage";
import { type FakeRows, makeConversation, makeTask } from "./fake-rows";
import type { Conversation, LocalServer, Node, ProviderRow, Task, TaskId, Usage } from "./types";

export function rowsFor(name: string): FakeRows {
  switch (name) {
    case "empty":
      return { conversations: [], models: fewModels };
    case "nomodel":
      return { settings: { default_model: null } };
    case "welcome":
      return { settings: { welcomed: false, default_model: null, notices: null }, local, models: [] };
    case "mission":
      return withHistory(full(name), 400);
    case "thousands":
      return withHistory(with500(full(name)), 10_000);
    case "agents":
      return withAgents(full(name));
    case "away":
      return withAway(full(name));
    case "usage":
      return withUsage(full(name));
    case "many":
      return with500(full(name));
    case "long":
      return withLongChat(full(name));
    default:
      return full(name);
  }
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

const local: LocalServer[] = [
  {
    product: "Ollama",
    name: "ollama",
    kind: "ollama",
    base_url: "http://127.0.0.1:11434",
    models: ["qwen3", "gemma3:12b"],
  },
];

const provider = (
  name: string,
  kind: ProviderRow["kind"],
  base_url: string,
  key_source: ProviderRow["key_source"],
): ProviderRow => ({
  id: `prv_${name}`,
  name,
  kind,
  base_url,
  key_source,
  key_env: null,
  headers: [],
  proxy: null,
  created_at: ago(900_000),
});

const chat = (id: string, title: string, seconds: number): Conversation =>
  makeConversation({ id, title, updated_at: ago(seconds), created_at: ago(seconds + 600), model: "ollama/qwen3" });

const spent = (output_tokens: number, cost_usd: number | null): Usage => ({
  input_tokens: 900,
  output_tokens,
  cost_usd,
  estimated: false,
});

/** A task asked `from` seconds ago; with `to`, it ended then. */
function task(id: string, place: string, title: string, prompt: string, from: number, more: Partial<Task>): Task {
  const [conversation_id = "", turn] = place.split(" ");
  const isAway = more.lane === "background";
  const started = more.state === "queued" ? null : ago(from - 1);
  const base = { created_at: ago(from), started_at: started, detached_at: isAway ? ago(from) : null };
  return makeTask({ id, conversation_id, turn: Number(turn), title, prompt, ...base, ...more });
}

const done = { state: "completed", finish_reason: "stop" } as const;
const away = { lane: "background" } as const;

function full(name: string): FakeRows {
  const tasks = [...watched(), ...working(), ...unlucky()];
  return {
    conversations: [
      chat("cnv_import", "Why the nightly import slows down", 14),
      chat("cnv_pumps", "Heat pump tenders", 30),
      chat("cnv_talks", "Interviews, second round", 700),
      chat("cnv_build", "Clean up the build server", 560),
      chat("cnv_notes", "Release notes for 2.4", 800),
      chat("cnv_handbook", "Handbook in Spanish", 90_000),
      chat("cnv_garden", "Words for the garden book", 95_000),
      chat("cnv_audit", "Questions for the energy auditor", 300_000),
      chat("cnv_long", "Everything an answer can hold", 400_000),
    ],
    tasks,
    channels: knownChannels,
    logs: logsOf(tasks),
    texts: {
      tsk_1: say.first,
      tsk_2: say.beginning,
      tsk_3: say.pumps,
      tsk_4: [say.p("Yes, if the application is filed before the order is placed.")],
      tsk_5: [say.p(say.noise)],
      tsk_9: [say.p("Bienvenido. Este manual explica cómo trabajamos, a quién preguntar y qué hacer el primer día.")],
      tsk_10: [say.p("Force majeure: an event that nobody could foresee")],
      tsk_11: [say.p("The last edition was reviewed by")],
    },
    thoughts: { tsk_1: say.thoughts, tsk_2: say.thoughts },
    models: name === "models" ? manyModels : fewModels,
    modelProblems: name === "models" ? modelProblems(Date.now()) : [],
    local,
    page: 12,
    settings: { notices: name === "detached" ? null : true },
    providers: [
      provider("ollama", "ollama", "http://127.0.0.1:11434", "none"),
      provider("openai", "openai-chat", "https://api.openai.com/v1", "keychain"),
      provider("practice", "practice", "", "none"),
    ],
  };
}

function watched(): Task[] {
  return [
    task("tsk_1", "cnv_import 1", "Where would you look first?", say.firstPrompt, 400, {
      ...done,
      ended_at: ago(391),
      usage: spent(71, 0.004),
      thought_ms: 3_000,
      head: 10,
    }),
    task("tsk_2", "cnv_import 2", "Why did it take 41 minutes?", say.secondPrompt, 15, {
      state: "running",
      forecast: { low_ms: 41_000, high_ms: 71_000, usual_ms: 60_000, from: 6 },
      tier: "detach",
      head: 90,
    }),
    task("tsk_4", "cnv_pumps 2", "State subsidy", "Does the state subsidy still exist if we order in January?", 320, {
      ...done,
      ended_at: ago(313),
      usage: spent(58, 0.002),
      head: 50,
    }),
  ];
}

function working(): Task[] {
  const pumps = "Compare the three heat pump tenders. What does each one leave out?";
  const noise = "Now check the noise against the limits for our street, day and night.";
  return [
    task("tsk_3", "cnv_pumps 1", "Compare three heat pump tenders", pumps, 432, {
      ...done,
      ...away,
      ended_at: ago(240),
      detached_at: ago(420),
      usage: spent(812, 0.06),
      attempt: 2,
      delivery: { state: "failed", channels: ["inbox"], error: "this desktop shows no notices", receipts: [] },
      unread: true,
      head: 60,
      model: "openai/gpt-5-mini",
    }),
    task("tsk_5", "cnv_pumps 3", "Check noise limits for our street", noise, 30, {
      ...away,
      state: "running",
      detached_at: ago(8),
      forecast: { low_ms: 185_000, high_ms: 290_000, usual_ms: 220_000, from: 12 },
      head: 88,
      steps: [{ label: "Ask qwen3", state: "current", fact: null, started_at: ago(29), ended_at: null }],
    }),
    task("tsk_7", "cnv_talks 1", "Summarise 14 interviews", "Summarise the 14 interviews.", 700, {
      ...away,
      state: "running",
      head: 66,
      progress: { done: 9, total: 14, unit: "interviews", label: "Summaries" },
    }),
    task("tsk_8", "cnv_notes 1", "Release notes for 2.4", "Release notes for 2.4.", 100, {
      ...away,
      state: "queued",
      reason: "slot",
      attempt: 0,
      head: 65,
    }),
    task("tsk_12", "cnv_garden 1", "Index the research folder", "Index the research folder.", 9_400, {
      ...done,
      ...away,
      ended_at: ago(9_000),
      head: 20,
    }),
  ];
}

function unlucky(): Task[] {
  return [
    task("tsk_6", "cnv_build 1", "Clean up the build server", "Write the clean-up plan for the build server.", 560, {
      ...away,
      state: "waiting",
      reason: "key",
      head: 70,
      model: "anthropic/claude-sonnet-4-5",
      error: {
        code: "key_missing",
        message: "no key for anthropic yet",
        hint: "Your prompt is kept. Enter a key, then it goes on.",
        retryable: false,
      },
    }),
    task("tsk_9", "cnv_handbook 1", "Handbook in Spanish", "Translate the handbook into Spanish.", 1_500, {
      ...away,
      state: "failed",
      ended_at: ago(1_080),
      unread: true,
      head: 55,
      error: {
        code: "unauthorized",
        message: "the provider refused the key",
        hint: "412 words are kept above. Change the key, then retry.",
        retryable: false,
      },
    }),
    task("tsk_10", "cnv_handbook 2", "Glossary of legal terms", "And a glossary of the legal terms?", 700, {
      state: "waiting",
      reason: "interrupted",
      head: 56,
      error: {
        code: "truncated",
        message: "the provider closed the connection after 38 words",
        hint: "They are kept above.",
        retryable: true,
      },
    }),
    task("tsk_11", "cnv_handbook 3", "Who reviewed it", "Who reviewed the last edition?", 500, {
      state: "cancelled",
      finish_reason: "cancelled",
      ended_at: ago(490),
      head: 57,
    }),
    task("tsk_13", "cnv_audit 1", "Questions for the auditor", "Which questions should we ask?", 4_000, {
      ...away,
      state: "paused",
      head: 58,
    }),
  ];
}

/** A chat with more turns than fit, and everything an answer can hold. */
function withLongChat(rows: FakeRows): FakeRows {
  const tasks: Task[] = [];
  const texts: Record<TaskId, Node[]> = { tsk_again: say.everything };
  for (let turn = 1; turn <= 30; turn += 1) {
    const id = `tsk_long_${turn}`;
    const prompt = turn % 7 === 0 ? "A long prompt.\n".repeat(40) : `Question ${turn}: what changed, and why?`;
    const from = 9_000 - turn * 100;
    const more = { ...done, ended_at: ago(from - 10), usage: spent(420, null), head: 200 + turn };
    tasks.push(task(id, `cnv_long ${turn}`, `Question ${turn}`, prompt, from, { ...more, model: "practice/practice" }));
    texts[id] = turn % 5 === 0 ? say.everything : say.first;
  }
  tasks.push(task("tsk_again", "cnv_long 30", "Question 30", "Question 30: what changed, and why?", 90, done));
  return { ...rows, tasks: [...(rows.tasks ?? []), ...tasks], texts: { ...rows.texts, ...texts } };
}

/** As much background work as a busy day has, to see what it costs. */
function with500(rows: FakeRows): FakeRows {
  const tasks = Array.from({ length: 500 }, (_, at) =>
    task(`tsk_many_${at}`, `cnv_talks ${at + 2}`, `Summarise interview ${at + 1}`, "Summarise it.", at * 3 + 20, {
      ...away,
      state: "running",
      head: 300 + at,
    }),
  );
  return { ...rows, tasks: [...(rows.tasks ?? []), ...tasks] };
}

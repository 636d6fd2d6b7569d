// The window in a browser of a developer: `?demo=main|empty|detached|failed|long|welcome&theme=dark`. Never shipped.

import type { Client } from "./client";
import * as say from "./demo-text";
import { type Fake, type FakeRows, makeConversation, makeFake, makeTask } from "./fake";
import type { Node, Patch, Task, Theme } from "./types";

export function demoClient(search: string): Client {
  const query = new URLSearchParams(search);
  const name = query.get("demo") ?? "main";
  localStorage.clear();
  const open = { main: "cnv_import", detached: "cnv_pumps", failed: "cnv_handbook", long: "cnv_long" }[name];
  if (open) localStorage.setItem("conversation", open);
  const theme = query.get("theme");
  if (theme === "dark" || theme === "light") localStorage.setItem("theme", theme);
  const rows = rowsFor(name);
  const fake = makeFake({ ...rows, settings: { ...rows.settings, theme: themeOf(theme) } });
  fake.onAccepted = (task) => answer(fake, task);
  const live = rows.tasks?.find((task) => task.state === "running" && task.conversation_id === open);
  if (live && query.get("still") === null)
    setTimeout(() => stream(fake, live.id, say.ending, say.beginning.length), 400);
  return fake.client;
}

const themeOf = (text: string | null): Theme => (text === "dark" || text === "light" ? text : "system");

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

function rowsFor(name: string): FakeRows {
  switch (name) {
    case "empty":
      return { conversations: [], models };
    case "nomodel":
      return { settings: { default_model: null } };
    case "welcome":
      return { settings: { welcomed: false, default_model: null, notices: null }, local, models: [] };
    default:
      return full(name);
  }
}

const models = [
  { id: "ollama/qwen3", provider: "ollama", name: "qwen3" },
  { id: "ollama/gemma3:12b", provider: "ollama", name: "gemma3:12b" },
  { id: "openai/gpt-5-mini", provider: "openai", name: "gpt-5-mini" },
  { id: "practice/practice", provider: "practice", name: "practice" },
];

const local = [
  { product: "Ollama", name: "ollama", base_url: "http://127.0.0.1:11434/v1", models: ["qwen3", "gemma3:12b"] },
];

function full(name: string): FakeRows {
  const chat = (id: string, title: string, seconds: number) =>
    makeConversation({ id, title, updated_at: ago(seconds), created_at: ago(seconds + 600), model: "ollama/qwen3" });
  const spent = (output_tokens: number, cost_usd: number | null) => ({
    input_tokens: 900,
    output_tokens,
    cost_usd,
    estimated: false,
  });
  const done = { state: "completed", finish_reason: "stop" } as const;
  const away = { lane: "background" } as const;
  const tasks: Task[] = [
    makeTask({
      ...done,
      id: "tsk_1",
      conversation_id: "cnv_import",
      turn: 1,
      prompt: say.firstPrompt,
      title: "Where would you look first?",
      created_at: ago(400),
      started_at: ago(399),
      ended_at: ago(391),
      usage: spent(71, 0.004),
      head: 10,
    }),
    makeTask({
      state: "running",
      id: "tsk_2",
      conversation_id: "cnv_import",
      turn: 2,
      prompt: say.secondPrompt,
      title: "Why did it take 41 minutes?",
      created_at: ago(15),
      started_at: ago(14),
      head: 90,
    }),
    makeTask({
      ...done,
      ...away,
      id: "tsk_3",
      conversation_id: "cnv_pumps",
      turn: 1,
      prompt: "Compare the three heat pump tenders. What does each one leave out?",
      title: "Compare three heat pump tenders",
      created_at: ago(440),
      started_at: ago(432),
      ended_at: ago(240),
      detached_at: ago(420),
      usage: spent(812, 0.06),
      unread: true,
      head: 60,
      model: "openai/gpt-5-mini",
    }),
    makeTask({
      ...done,
      id: "tsk_4",
      conversation_id: "cnv_pumps",
      turn: 2,
      prompt: "Does the state subsidy still exist if we order in January?",
      title: "State subsidy in January",
      created_at: ago(320),
      started_at: ago(319),
      ended_at: ago(313),
      usage: spent(58, 0.002),
      head: 50,
    }),
    makeTask({
      ...away,
      state: "running",
      id: "tsk_5",
      conversation_id: "cnv_pumps",
      turn: 3,
      prompt: "Now check the noise against the limits for our street, day and night.",
      title: "Check noise limits for our street",
      created_at: ago(30),
      started_at: ago(29),
      detached_at: ago(8),
      head: 88,
      steps: [{ label: "Ask qwen3", state: "current", fact: null, started_at: ago(29), ended_at: null }],
    }),
    makeTask({
      ...away,
      state: "waiting",
      reason: "key",
      id: "tsk_6",
      conversation_id: "cnv_build",
      turn: 1,
      prompt: "Write the clean-up plan for the build server.",
      title: "Clean up the build server",
      created_at: ago(560),
      started_at: ago(555),
      detached_at: ago(560),
      head: 70,
      model: "anthropic/claude-sonnet-4-5",
      error: {
        code: "key_missing",
        message: "no key for anthropic yet",
        hint: "Your prompt is kept. Enter a key, then it goes on.",
        retryable: false,
      },
    }),
    makeTask({
      ...away,
      state: "running",
      id: "tsk_7",
      conversation_id: "cnv_talks",
      turn: 1,
      prompt: "Summarise the 14 interviews.",
      title: "Summarise 14 interviews",
      created_at: ago(700),
      started_at: ago(700),
      detached_at: ago(690),
      head: 66,
      progress: { done: 9, total: 14, unit: "interviews", label: "Summaries" },
    }),
    makeTask({
      ...away,
      state: "queued",
      reason: "slot",
      id: "tsk_8",
      conversation_id: "cnv_notes",
      turn: 1,
      prompt: "Release notes for 2.4.",
      title: "Release notes for 2.4",
      created_at: ago(100),
      detached_at: ago(100),
      attempt: 0,
      head: 65,
    }),
    makeTask({
      ...away,
      state: "failed",
      id: "tsk_9",
      conversation_id: "cnv_handbook",
      turn: 1,
      prompt: "Translate the handbook into Spanish, page by page.",
      title: "Handbook in Spanish",
      created_at: ago(1_500),
      started_at: ago(1_499),
      ended_at: ago(1_080),
      detached_at: ago(1_400),
      unread: true,
      head: 55,
      error: {
        code: "unauthorized",
        message: "the provider refused the key",
        hint: "412 words are kept above. Change the key, then retry.",
        retryable: false,
      },
    }),
    makeTask({
      state: "waiting",
      reason: "interrupted",
      id: "tsk_10",
      conversation_id: "cnv_handbook",
      turn: 2,
      prompt: "And a glossary of the legal terms?",
      title: "Glossary of legal terms",
      created_at: ago(700),
      started_at: ago(699),
      head: 56,
      error: {
        code: "truncated",
        message: "the provider closed the connection after 38 words",
        hint: "They are kept above.",
        retryable: true,
      },
    }),
    makeTask({
      state: "cancelled",
      finish_reason: "cancelled",
      id: "tsk_11",
      conversation_id: "cnv_handbook",
      turn: 3,
      prompt: "Who reviewed the last edition?",
      title: "Who reviewed it",
      created_at: ago(500),
      started_at: ago(499),
      ended_at: ago(490),
      head: 57,
    }),
    makeTask({
      ...done,
      ...away,
      id: "tsk_12",
      conversation_id: "cnv_garden",
      turn: 1,
      prompt: "Index the research folder.",
      title: "Index the research folder",
      created_at: ago(9_400),
      started_at: ago(9_390),
      ended_at: ago(9_000),
      detached_at: ago(9_400),
      head: 20,
    }),
  ];
  const texts: Record<string, Node[]> = {
    tsk_1: say.first,
    tsk_2: say.beginning,
    tsk_3: say.pumps,
    tsk_4: [say.p("Yes, if the application is filed before the order is placed.")],
    tsk_5: [say.p(say.noise)],
    tsk_9: [say.p("Bienvenido. Este manual explica cómo trabajamos, a quién preguntar y qué hacer el primer día.")],
    tsk_10: [say.p("Force majeure: an event that nobody could foresee")],
    tsk_11: [say.p("The last edition was reviewed by")],
  };
  if (name === "long") {
    for (let turn = 1; turn <= 30; turn += 1) {
      const id = `tsk_long_${turn}`;
      tasks.push(
        makeTask({
          ...done,
          id,
          conversation_id: "cnv_long",
          turn,
          prompt: turn % 7 === 0 ? "A long prompt.\n".repeat(40) : `Question ${turn}: what changed, and why?`,
          title: `Question ${turn}`,
          created_at: ago(9_000 - turn * 100),
          started_at: ago(9_000 - turn * 100),
          ended_at: ago(8_990 - turn * 100),
          usage: spent(420, null),
          head: 200 + turn,
          model: "practice/practice",
        }),
      );
      texts[id] = turn % 5 === 0 ? say.everything : say.first;
    }
    tasks.push(
      makeTask({
        ...done,
        id: "tsk_again",
        conversation_id: "cnv_long",
        turn: 30,
        prompt: "Question 30, asked in another way",
        head: 400,
      }),
    );
    texts.tsk_again = say.everything;
  }
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
    texts,
    models,
    local,
    page: 12,
    settings: { notices: name === "detached" ? null : true },
    providers: [
      {
        id: "prv_1",
        name: "ollama",
        kind: "openai-chat",
        base_url: "http://127.0.0.1:11434/v1",
        key_source: "none",
        key_env: null,
        created_at: ago(900_000),
      },
      {
        id: "prv_2",
        name: "openai",
        kind: "openai-chat",
        base_url: "https://api.openai.com/v1",
        key_source: "keychain",
        key_env: null,
        created_at: ago(800_000),
      },
    ],
  };
}

/** Answers a new prompt at a readable pace. */
function answer(fake: Fake, task: Task): void {
  setTimeout(() => {
    fake.change(task.id, { state: "running", started_at: new Date().toISOString(), attempt: 1 });
    stream(fake, task.id, say.everything, 0);
  }, 500);
}

function stream(fake: Fake, taskId: string, nodes: Node[], blocksThere: number): void {
  const steps = say.stepsOf(nodes, blocksThere);
  let words = 0;
  const next = () => {
    const { state } = fake.task(taskId);
    if (state !== "running") return;
    const patches: Patch[] | undefined = steps.shift();
    if (!patches) {
      const { lane } = fake.task(taskId);
      fake.change(taskId, {
        state: "completed",
        finish_reason: "stop",
        ended_at: new Date().toISOString(),
        unread: lane === "background",
        usage: { input_tokens: 900, output_tokens: words, cost_usd: null, estimated: true },
      });
      return;
    }
    words += 1;
    fake.patch(taskId, patches, words);
    setTimeout(next, 60);
  };
  next();
}

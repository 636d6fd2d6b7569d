// The window in a browser of a developer: `?demo=main|agents|away|mission|thousands|branches|compare|empty|detached|failed|long|many|models|usage|welcome|nomodel&theme=dark&show=settings|close|quit`. Never shipped.

import type { Client } from "./client";
import { demoAdmit, demoAudit, demoScore } from "./demo-offers";
import { rowsFor } from "./demo-rows";
import * as say from "./demo-text";
import { type Fake, makeFake } from "./fake";
import type { Node, Patch, SendMessage, SignOfLife, Task, TaskId, Theme } from "./types";

export function demoClient(search: string): Client {
  const query = new URLSearchParams(search);
  const name = query.get("demo") ?? "main";
  localStorage.clear();
  const open = {
    main: "cnv_import",
    agents: query.get("chat") ?? "cnv_docs",
    away: "cnv_pumps",
    mission: "cnv_import",
    thousands: "cnv_import",
    branches: "cnv_pumps",
    compare: "cnv_pumps",
    detached: "cnv_pumps",
    failed: "cnv_handbook",
    long: "cnv_long",
    many: "cnv_import",
    models: "cnv_import",
    usage: "cnv_limit",
  }[name];
  if (open) localStorage.setItem("conversation", open);
  const theme = query.get("theme");
  if (theme === "dark" || theme === "light" || theme === "high_contrast") localStorage.setItem("theme", theme);
  const usual = {
    named: [{ id: 1, name: "ferry-timetable" }],
    admit: demoAdmit,
    calibration: demoScore,
    audit: demoAudit,
  };
  const rows = { ...usual, ...rowsFor(name) };
  const fake = makeFake({ ...rows, settings: { ...rows.settings, theme: themeOf(theme) } });
  fake.onAccepted((task) => answer(fake, task));
  if (name === "branches") void fake.client.sendMessage(edited);
  if (name === "compare") void fake.client.sendMessage(compared);
  const live = rows.tasks?.find((task) => task.state === "running" && task.conversation_id === open);
  if (live && live.agent === null && query.get("still") === null)
    setTimeout(() => stream(fake, live.id, say.ending, say.beginning.length), 400);
  const page = query.get("show");
  if (page !== null) setTimeout(() => fake.push({ type: "show", conversation_id: null, task_id: null, page }), 100);
  setInterval(() => fake.alive(talking(fake, rows.tasks ?? [])), 250);
  return fake.client;
}

/** What follows the version before goes on in its own branch. */
const edited: SendMessage = {
  conversation_id: "cnv_pumps",
  text: "Does the state subsidy still exist if we order in March?",
  lane: "interactive",
  model: null,
  edit_of: "tsk_4",
  origin: "window",
  delivery: "parent_mediated",
  idempotency_key: null,
};

const compared: SendMessage = {
  ...edited,
  text: "Which of the three would you take, and why?",
  edit_of: null,
  compare_with: "ollama/gemma3:12b",
};

/** Every running task but one, which has gone silent; each writes 40 words a second. */
function talking(fake: Fake, tasks: Task[]): SignOfLife[] {
  const ids = tasks.map((task) => task.id).filter((id) => id !== "tsk_7" && fake.task(id).state === "running");
  const since = (id: TaskId) => Date.now() - Date.parse(fake.task(id).started_at ?? "");
  return ids.map((id) => ({ task_id: id, bytes: Math.round((since(id) * 240) / 1_000) }));
}

const themeOf = (text: string | null): Theme =>
  (["light", "dark", "high_contrast"] as const).find((one) => one === text) ?? "system";

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

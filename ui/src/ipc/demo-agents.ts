// Agents at work, and what they ask, in the demo.

import { calls, changed, changes, command, FOLDER, free, own, page, permits, question, remixed } from "./demo-asks";
import * as say from "./demo-text";
import { agentsHere } from "./fake-agents";
import { type FakeRows, makeConversation, makeTask } from "./fake-rows";
import type { Conversation, Task } from "./types";

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

/** The rows of a busy day, and agents beside them. */
export function withAgents(rows: FakeRows): FakeRows {
  return {
    ...rows,
    conversations: [...chats, ...(rows.conversations ?? [])],
    tasks: [...tasks, ...(rows.tasks ?? [])],
    texts: { ...rows.texts, ...texts },
    agents: [...agentsHere.slice(0, 2), remixed, own],
    workFolders: [
      FOLDER,
      "/home/user/notes",
      "/home/user/projects/a-rather-long-name-for-a-folder-of-research/2025/drafts",
    ],
    workFolder: "/home/user/handbook",
    approvals: [...changes(), command, free, page, question],
    calls: { tsk_docs: calls(46), tsk_deploy: calls(6), tsk_lic: calls(3), tsk_links: calls(40) },
    fileChanges: { tsk_links: changed },
    permits,
  };
}

const chat = (id: string, title: string, seconds: number): Conversation =>
  makeConversation({ id, title, updated_at: ago(seconds), created_at: ago(seconds + 900), model: "ollama/qwen3" });

const chats = [
  chat("cnv_docs", "Bring the docs up to date", 5),
  chat("cnv_deploy", "Build and tests", 20),
  chat("cnv_lic", "A licence for the timetable", 40),
  chat("cnv_links", "Broken links in the handbook", 60),
];

const step = (label: string, fact: string | null = null, state: Task["steps"][number]["state"] = "done") => ({
  label,
  state,
  fact,
  started_at: ago(300),
  ended_at: state === "done" ? ago(290) : null,
});

const reads = (n: number) =>
  Array.from({ length: n }, (_, at) => step(`Read docs/page-${at + 1}.md`, `${80 + at * 7} lines`));

const works = (id: string, conversation_id: string, title: string, more: Partial<Task>): Task =>
  makeTask({
    id,
    conversation_id,
    title,
    lane: "background",
    agent: "General",
    folder: FOLDER,
    created_at: ago(900),
    started_at: ago(899),
    detached_at: ago(900),
    ...more,
  });

const waits = (message: string): Partial<Task> => ({
  state: "waiting",
  reason: "approval",
  error: { code: "approval", message, hint: "Look at what would happen, then allow it or not.", retryable: false },
});

const tasks: Task[] = [
  works("tsk_docs", "cnv_docs", "Bring the docs up to date", {
    prompt: "Bring the documentation up to date with the code, page by page. Keep my tone.",
    ...waits("General wants to do 3 things. The first: Edit README.md."),
    approvals: 3,
    files_changed: 2,
    head: 120,
    plan: [
      { label: "Read the code", state: "done" },
      { label: "Compare each page with it", state: "current", done: 45, total: 100 },
      { label: "Mend what is wrong", state: "pending" },
      { label: "Check all links", state: "pending" },
    ],
    progress: { done: 1, total: 4, unit: "steps", label: "Compare each page with it" },
    steps: [
      { label: "6 earlier steps", state: "done", fact: null, started_at: null, ended_at: null },
      ...reads(38),
      step("Search for `departures` in src", "12 places"),
      step(
        "Read src/a-module-with-a-name-that-goes-on-and-on/and-a-file-in-it-that-does-the-same-for-a-while.rs",
        "312 lines",
      ),
      step("Edit README.md", null, "pending"),
    ],
  }),
  works("tsk_deploy", "cnv_deploy", "Build and tests", {
    prompt: "Does it still build? Run the tests and mend what fails.",
    ...waits("General wants to do 3 things. The first: Run `npm run build`."),
    approvals: 3,
    head: 119,
    steps: [step("List .", "24 entries"), step("Read package.json", "38 lines")],
  }),
  works("tsk_lic", "cnv_lic", "A licence for the timetable", {
    prompt: "Add a licence.",
    state: "waiting",
    reason: "question",
    approvals: 1,
    head: 118,
    error: {
      code: "question",
      message: "General asks: Which licence?",
      hint: "Answer it, and it goes on.",
      retryable: false,
    },
    steps: [step("List .", "24 entries")],
  }),
  works("tsk_links", "cnv_links", "Broken links in the handbook", {
    prompt: "Find and mend all broken links.",
    agent: "File gardener",
    state: "completed",
    finish_reason: "stop",
    ended_at: ago(60),
    files_changed: 3,
    unread: true,
    head: 117,
    steps: reads(12),
    remarks: [
      { at: ago(800), kind: "said", text: "Leave the links to the old shop: they are meant to be dead." },
      {
        at: ago(295),
        kind: "refused",
        about: "Delete docs/old.md",
        text: "It is still linked from the printed timetable.",
        is_standing: false,
      },
      { at: ago(280), kind: "answered", about: "Is the archive part of the handbook?", text: "No, leave it out." },
      { at: ago(20), kind: "put_back", restored: 1, files: ["docs/fares.md"] },
    ],
    usage: { input_tokens: 42_000, output_tokens: 3_100, cost_usd: null, estimated: false },
  }),
  works("tsk_read", "cnv_links", "Who wrote which page", {
    turn: 2,
    prompt: "Who wrote which page?",
    agent: "Researcher",
    state: "running",
    created_at: ago(40),
    started_at: ago(39),
    head: 116,
    plan: [
      { label: "List the pages", state: "done" },
      { label: "Read each page", state: "current", done: 9, total: 31 },
      { label: "Write the list", state: "pending" },
    ],
    steps: [...reads(9), step("Read docs/page-10.md", null, "current")],
  }),
];

const texts = {
  tsk_docs: [
    say.p(
      "I read the code first. The pages about departures and fares describe an older version; I will mend them one by one.",
    ),
  ],
  tsk_links: [say.p("14 links were broken, in three files. All of them lead somewhere again.")],
};

// What agents of the demo ask, did and changed.
import { DIFF, makeApproval, makeCall } from "./fake-agents";
import type { Agent, Approval, Call, FileChange, Permit } from "./types";

/** Where they work. */
export const FOLDER = "/home/user/projects/ferry-timetable";
const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
const ahead = (seconds: number) => ago(-seconds);

const asks = (task_id: string, conversation_id: string, title: string, more: Partial<Approval>) =>
  makeApproval({ task_id, conversation_id, title, asked_at: ago(190), expires_at: ahead(86_200), ...more });

const long = (name: string, lines: number) =>
  `--- /dev/null\n+++ b/${name}\n@@ -0,0 +1,${lines} @@\n${Array.from(
    { length: lines },
    (_, at) =>
      `+${at % 9 === 0 ? `## Line ${at + 1}` : `Departure ${at + 1} leaves at ${6 + (at % 16)}:${String((at * 7) % 60).padStart(2, "0")}.`}`,
  ).join("\n")}\n`;

const EDIT = `--- a/README.md
+++ b/README.md
@@ -1,7 +1,8 @@
 # Ferry timetable
 
-A smal program that prints departures.
+A small program that prints departures, and since version 2.4 the fares as well, for every line and every day of the week in one table.
 
 ## Use
 
-    ferry today
+    ferry today --fares
+    ferry week
@@ -40,4 +41,4 @@
 ## Licence
 
-None yet.
+To be decided.
 
`;

export const changes = (): Approval[] => {
  const docs = (summary: string, more: Partial<Approval>) =>
    asks("tsk_docs", "cnv_docs", "Bring the docs up to date", { summary, ...more });
  return [
    docs("Edit README.md", {
      id: 1,
      detail: { kind: "diff", path: "README.md", text: EDIT, added: 4, removed: 3, is_new: false },
    }),
    docs("Create docs/timetable.md", {
      id: 2,
      tool: "write_file",
      note: "its folder is new as well",
      detail: {
        kind: "diff",
        path: "docs/timetable.md",
        text: long("docs/timetable.md", 500),
        added: 500,
        removed: 0,
        is_new: true,
      },
    }),
    docs("Delete docs/old.md", {
      id: 3,
      tool: "delete_file",
      detail: {
        kind: "diff",
        path: "docs/old.md",
        text: "@@ -1,2 +0,0 @@\n-# Old\n-Nothing here is true any more.\n",
        added: 0,
        removed: 2,
        is_new: false,
      },
    }),
  ];
};

const run = (line: string, is_contained: boolean): Approval["detail"] => ({
  kind: "command",
  line,
  folder: FOLDER,
  sandbox: is_contained
    ? "It sees this folder and the programs of this computer, writes only here, and reaches no network."
    : "Nothing keeps it in this folder: it can do whatever you can on this computer.",
  is_contained,
  network: !is_contained,
});

export const command = asks("tsk_deploy", "cnv_deploy", "Build and tests", {
  id: 4,
  tool: "run_command",
  effect: "run",
  summary: "Run `npm run build`",
  detail: run("npm run build", true),
});

export const free = asks("tsk_deploy", "cnv_deploy", "Build and tests", {
  id: 5,
  tool: "run_command",
  effect: "run",
  summary: "Run `find . -name '*.test.ts' -newer package.json …`",
  detail: run(
    "find . -name '*.test.ts' -newer package.json -not -path './node_modules/*' -print0 | xargs -0 --no-run-if-empty npx vitest run --reporter=verbose --coverage.enabled=true --coverage.reportsDirectory=./reports/coverage-of-everything-that-was-changed-since --outputFile.json=./reports/result.json && git status --short",
    false,
  ),
});

export const page = asks("tsk_deploy", "cnv_deploy", "Build and tests", {
  id: 7,
  tool: "fetch_page",
  effect: "send",
  summary: "Fetch docs.example.org/build/flags?version=5",
  detail: {
    kind: "page",
    url: "https://docs.example.org/build/flags?version=5",
    host: "docs.example.org",
    is_near: false,
  },
});

export const question = asks("tsk_lic", "cnv_lic", "A licence for the timetable", {
  id: 6,
  tool: "ask_user",
  effect: null,
  summary: "Which licence?",
  detail: {
    kind: "question",
    text: "Which licence should the timetable have? MIT is short and lets everybody do what they like; the GPL has those who change it share their changes.",
    options: ["MIT", "Apache 2.0", "GPL 3.0 or later"],
  },
});

export function calls(n: number): Call[] {
  return Array.from({ length: n }, (_, at) =>
    makeCall({
      number: at + 1,
      label: `Read docs/page-${at + 1}.md`,
      arguments: JSON.stringify({ path: `docs/page-${at + 1}.md`, from: 1, to: 200 }),
      result: "Departures leave every 20 minutes.\n".repeat(at === n - 1 ? 120 : 4),
      ...(at === n - 2 && { state: "refused" as const, fact: "not wanted", label: "Delete docs/page.md" }),
    }),
  );
}

const diff = (path: string, text: string, added: number, removed: number): FileChange["detail"] => ({
  kind: "diff",
  path,
  text,
  added,
  removed,
  is_new: false,
});

export const changed: FileChange[] = [
  { path: "README.md", detail: diff("README.md", DIFF, 1, 1), since: null, is_edited_since: false, edited_by: null },
  {
    path: "docs/index.md",
    detail: diff("docs/index.md", EDIT, 4, 3),
    since: null,
    is_edited_since: true,
    edited_by: { agent: "General", task_id: "tsk_docs", title: "Bring the docs up to date" },
  },
  {
    path: "docs/timetable.md",
    detail: diff("docs/timetable.md", long("docs/timetable.md", 120), 120, 0),
    since: null,
    is_edited_since: false,
    edited_by: null,
  },
];

export const permits: Permit[] = [
  {
    id: 4,
    tool: "fetch_page",
    folder: FOLDER,
    arguments: "docs.example.org",
    given_at: ago(70_000),
    expires_at: ahead(80 * 86_400),
    denies: false,
  },
  {
    id: 3,
    tool: "delete_file",
    folder: FOLDER,
    arguments: null,
    given_at: ago(80_000),
    expires_at: ahead(80 * 86_400),
    denies: true,
  },
  {
    id: 2,
    tool: "edit_file",
    folder: FOLDER,
    arguments: null,
    given_at: ago(90_000),
    expires_at: ahead(80 * 86_400),
    denies: false,
  },
  {
    id: 1,
    tool: "run_command",
    folder: FOLDER,
    arguments: '{"command":"npm test"}',
    given_at: ago(600_000),
    expires_at: ahead(12 * 86_400),
    denies: false,
  },
];

export const remixed: Agent = {
  name: "Reviewer",
  about: "Reads my pull requests and lists what is wrong, the worst first.",
  source: "remixed",
  instructions: "You review what is in a folder, and you are strict about names.\n\n- Read what you judge whole.",
  tools: ["list_folder", "read_file", "search_files", "ask_user"],
  servers: [],
  model: null,
  original: "You review what is in a folder, or the part of it that the user names. Be critical and fair.",
};

export const own: Agent = {
  ...remixed,
  name: "Proofreader",
  about: "Corrects spelling in a folder, one file after the other.",
  source: "local",
  instructions: "You correct spelling and nothing else.",
  tools: ["list_folder", "read_file", "edit_file", "ask_user"],
  model: "ollama/gemma3:12b",
  original: null,
};

// What is said about the work of an agent. Pure.
import { counted, grouped } from "../components/counted";
import { clockTime } from "../components/time";
import type { AgentChoice, Approval, Branch, FileChange, Permit, PlanItem, PutBack, Task } from "../ipc/types";

/** `meanwhile/` of a whole path. */
export function folderName(path: string): string {
  const name = path.split(/[/\\]/).filter(Boolean).at(-1);
  return name === undefined ? path : `${name}/`;
}

/** `Reviewer in meanwhile/`. */
export function choiceWords({ name, folder = null, in_copy = false }: AgentChoice): string {
  if (folder === null) return name;
  return `${name} in ${in_copy ? "a copy of " : ""}${folderName(folder)}`;
}

/** Of more steps than travel with a task, the first row says how many came before. */
export function earlierSteps({ steps }: Pick<Task, "steps">): number {
  const [, before] = /^(\d+) earlier steps?$/.exec(steps[0]?.label ?? "") ?? [];
  return Number(before ?? 0);
}

/** The steps that travel with a task, without the row that stands for the earlier ones. */
export function shownSteps(task: Pick<Task, "steps">): Task["steps"] {
  return earlierSteps(task) > 0 ? task.steps.slice(1) : task.steps;
}

/** `12 steps`, of those that have begun. */
export function stepsWords(task: Pick<Task, "steps">): string {
  const begun = shownSteps(task).filter((step) => step.state !== "pending");
  return counted(earlierSteps(task) + begun.length, "step");
}

/** `3 files changed`; empty for none. */
export function changedWords({ files_changed: n, copy_of }: Pick<Task, "files_changed" | "copy_of">): string {
  return n === 0 ? "" : `${counted(n, "file")} changed${copy_of === null ? "" : " in the copy"}`;
}

/** `45 of 100`; `null` where nothing is counted. */
export function countWords({ done, total }: PlanItem): string | null {
  return typeof total === "number" && total > 0 ? `${grouped(done ?? 0)} of ${grouped(total)}` : null;
}

/** What came of putting files back; `changes` says who edited since what stays. */
export function backWords({ restored, conflicts }: PutBack, changes: FileChange[] = []): string {
  const back = restored.length === 1 ? `${restored[0]} is as it was before this task.` : "";
  const all = restored.length > 1 ? `${counted(restored.length, "file")} are as they were before this task.` : back;
  const [first] = conflicts;
  if (first === undefined) return all || "Nothing was there to put back.";
  const editors = new Set(conflicts.map((path) => editorOf(path, changes)));
  const who = editors.size === 1 ? editorOf(first, changes) : "somebody";
  const stays =
    conflicts.length === 1
      ? `${first} stays as it is: ${who} edited it since.`
      : `${counted(conflicts.length, "file")} stay as they are, because ${who} edited them since: ${conflicts.join(", ")}.`;
  return [all, stays].filter(Boolean).join(" ");
}

/** Who edited a file since: another agent by its name, or you. */
function editorOf(path: string, changes: FileChange[]): string {
  return changes.find((change) => change.path === path)?.edited_by?.agent ?? "you";
}

/** What an agent does now: the step of its plan with its count, else what it has done just now; `null` before the first. */
export function atWork(task: Pick<Task, "plan" | "steps">): string | null {
  const at = task.plan.findIndex((item) => item.state === "current");
  const item = task.plan[at];
  if (item) {
    const words = [item.label, countWords(item)].filter(Boolean).join(", ");
    return `${at + 1} of ${task.plan.length}: ${words}`;
  }
  return task.steps.findLast((step) => step.state === "current")?.label ?? null;
}

/** `Reviewer wants your yes`, `Reviewer asks you`: why a task of an agent stands still. */
export function wantsWords({ agent, reason, approvals }: Pick<Task, "agent" | "reason" | "approvals">): string {
  const who = agent ?? "It";
  if (reason === "question") return `${who} asks you`;
  return approvals > 1 ? `${who} wants your yes to ${grouped(approvals)} things` : `${who} wants your yes`;
}

/** `until 14:20`, `until tomorrow 14:20`; `null` once it counts no more. */
export function countsUntil({ expires_at }: Pick<Approval, "expires_at">, now: number): string | null {
  const end = Date.parse(expires_at);
  if (Number.isNaN(end) || end < now) return null;
  const isToday = new Date(end).toDateString() === new Date(now).toDateString();
  return isToday ? `until ${clockTime(expires_at)}` : `until tomorrow ${clockTime(expires_at)}`;
}

/** What a standing yes to this would cover; `null` where only once can be allowed. */
export function coverWords({ tool, detail }: Pick<Approval, "tool" | "detail">, folder: string | null): string | null {
  if (detail.kind === "remote")
    return `Whatever ${detail.tool} of ${detail.server} is given, while it describes itself as now`;
  if (detail.kind === "page") return detail.is_near ? null : pagesOf(detail.host, folder);
  if (folder === null || detail.kind === "question") return null;
  if (tool === "start_program") return "Starting exactly this program";
  if (detail.kind === "command") return detail.is_contained && !detail.network ? "Exactly this command" : null;
  const here = `in ${folderName(folder)}`;
  switch (tool) {
    case "edit_file":
      return `Every edit of a file ${here}`;
    case "write_file":
      return `Every file it writes or replaces ${here}`;
    case "delete_file":
      return `Every deletion of a file ${here}`;
    case "permission":
      return `Every change of a file ${here} that a program asks for`;
    default:
      return `Everything that ${tool} does ${here}`;
  }
}

function pagesOf(host: string, folder: string | null): string {
  return `Every page of ${host}, for work ${folder === null ? "without a folder" : `in ${folderName(folder)}`}`;
}

/** What a standing no to this would cover; `null` where only this once can be refused. */
export function neverWords(asked: Pick<Approval, "tool" | "detail">, folder: string | null): string | null {
  const { detail } = asked;
  if (detail.kind === "page") return pagesOf(detail.host, folder);
  if (detail.kind === "remote") {
    return `Whatever ${detail.tool} of ${detail.server} is given, in every folder and however it describes itself`;
  }
  return folder !== null && detail.kind === "command" ? "Exactly this command" : coverWords(asked, folder);
}

/** `Edit files`, and the command line where it is for exactly one. */
export function permitWords({ tool, arguments: kept, denies }: Permit): { words: string; line: string | null } {
  const [server, name] = tool.split("__", 2);
  const known = exactly[tool] ?? tools[tool] ?? tool;
  const what = server && name ? `use ${name} of ${server}` : known;
  const words = `${denies ? "Never" : "Always"} ${what}`;
  return { words, line: kept === null ? null : commandOf(kept) };
}

/** `list, read and search files, run commands`: what an agent may do. */
export function toolWords(names: readonly string[]): string {
  const words = names.map((name) => tools[name] ?? name);
  const last = words.at(-1) ?? "do nothing";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

const tools: Record<string, string> = {
  permission: "change files as a program asks",
  list_folder: "list folders",
  read_file: "read files",
  search_files: "search in files",
  write_file: "write files",
  edit_file: "edit files",
  delete_file: "delete files",
  run_command: "run commands",
  fetch_page: "read pages of the web",
  update_plan: "show a plan",
  ask_user: "ask you",
  notify_user: "tell you something on the way",
  start_tasks: "give away parts",
};

const exactly: Record<string, string> = {
  run_command: "run exactly this",
  start_program: "start exactly this",
  fetch_page: "read pages of",
};

/** The line of a command that was allowed; all that is kept where it has none. */
function commandOf(kept: string): string {
  try {
    const value: unknown = JSON.parse(kept);
    if (typeof value === "object" && value !== null) {
      if ("command" in value) return String(value.command);
      if ("program" in value) return String(value.program);
    }
  } catch {
    // Then it stands as it is kept.
  }
  return kept;
}

/** What came of making a branch. */
export function branchWords({ name, folder, files }: Branch): string {
  return `The branch ${name} in ${folderName(folder)} has ${counted(files, "changed file")}. Your own files and what you have checked out are as they were.`;
}

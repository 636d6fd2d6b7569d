// What is said about the work of an agent. Pure.
import { grouped } from "../components/counted";
import { clockTime } from "../components/time";
import { t } from "../i18n";
import type { AgentChoice, Approval, Branch, FileChange, Permit, PlanItem, PutBack, Task } from "../ipc/types";

/** `meanwhile/` of a whole path. */
export function folderName(path: string): string {
  const name = path.split(/[/\\]/).filter(Boolean).at(-1);
  return name === undefined ? path : `${name}/`;
}

/** `Reviewer in meanwhile/`. */
export function choiceWords({ name, folder = null, in_copy = false }: AgentChoice): string {
  if (folder === null) return name;
  const place = { name, folder: folderName(folder) };
  return in_copy ? t("{name} in a copy of {folder}", place) : t("{name} in {folder}", place);
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
  return t("{n, plural, one {# step} other {# steps}}", { n: earlierSteps(task) + begun.length });
}

/** `3 files changed`; empty for none. */
export function changedWords({ files_changed: n, copy_of }: Pick<Task, "files_changed" | "copy_of">): string {
  if (n === 0) return "";
  return copy_of === null
    ? t("{n, plural, one {# file} other {# files}} changed", { n })
    : t("{n, plural, one {# file} other {# files}} changed in the copy", { n });
}

/** `45 of 100`; `null` where nothing is counted. */
export function countWords({ done, total }: PlanItem): string | null {
  if (typeof total !== "number" || total <= 0) return null;
  return t("{at} of {all}", { at: grouped(done ?? 0), all: grouped(total) });
}

/** What came of putting files back; `changes` says who edited since what stays. */
export function backWords({ restored, conflicts }: PutBack, changes: FileChange[] = []): string {
  const [file, ...more] = restored;
  const n = grouped(restored.length);
  const back =
    more.length > 0
      ? t("{n} files are as they were before this task.", { n })
      : file !== undefined && t("{file} is as it was before this task.", { file });
  if (conflicts.length === 0) return back || t("Nothing was there to put back.");
  return [back, staysWords(conflicts, changes)].filter(Boolean).join(" ");
}

/** Why files stay as they are. */
function staysWords(paths: string[], changes: FileChange[]): string {
  const [who = null, ...others] = new Set(paths.map((path) => editorOf(path, changes)));
  const [file = ""] = paths;
  const n = grouped(paths.length);
  const files = paths.join(", ");
  if (others.length > 0) {
    return t("{n} files stay as they are, because somebody edited them since: {files}.", { n, files });
  }
  if (who === null) {
    return paths.length === 1
      ? t("{file} stays as it is: you edited it since.", { file })
      : t("{n} files stay as they are, because you edited them since: {files}.", { n, files });
  }
  return paths.length === 1
    ? t("{file} stays as it is: {who} edited it since.", { file, who })
    : t("{n} files stay as they are, because {who} edited them since: {files}.", { n, who, files });
}

/** Who edited a file since: another agent by its name, or `null` for you. */
function editorOf(path: string, changes: FileChange[]): string | null {
  return changes.find((change) => change.path === path)?.edited_by?.agent ?? null;
}

/** What an agent does now: the step of its plan with its count, else what it has done just now; `null` before the first. */
export function atWork(task: Pick<Task, "plan" | "steps">): string | null {
  const at = task.plan.findIndex((item) => item.state === "current");
  const item = task.plan[at];
  if (item) {
    const what = [item.label, countWords(item)].filter(Boolean).join(", ");
    return t("{at} of {all}: {what}", { at: at + 1, all: task.plan.length, what });
  }
  return task.steps.findLast((step) => step.state === "current")?.label ?? null;
}

/** `Reviewer wants your yes`, `Reviewer asks you`: why a task of an agent stands still. */
export function wantsWords({ agent, reason, approvals }: Pick<Task, "agent" | "reason" | "approvals">): string {
  const who = agent ?? t("It");
  if (reason === "question") return t("{who} asks you", { who });
  if (approvals > 1) return t("{who} wants your yes to {n} things", { who, n: grouped(approvals) });
  return t("{who} wants your yes", { who });
}

/** `counts until 14:20`, `counts until tomorrow 14:20`; `null` once it counts no more. */
export function countsUntil({ expires_at }: Pick<Approval, "expires_at">, now: number): string | null {
  const end = Date.parse(expires_at);
  if (Number.isNaN(end) || end < now) return null;
  const isToday = new Date(end).toDateString() === new Date(now).toDateString();
  const time = clockTime(expires_at);
  return isToday ? t("counts until {time}", { time }) : t("counts until tomorrow {time}", { time });
}

/** What a standing yes to this would cover; `null` where only once can be allowed. */
export function coverWords({ tool, detail }: Pick<Approval, "tool" | "detail">, folder: string | null): string | null {
  if (detail.kind === "remote") {
    const { tool, server } = detail;
    return t("Whatever {tool} of {server} is given, while it describes itself as now", { tool, server });
  }
  if (detail.kind === "page") return detail.is_near ? null : pagesOf(detail.host, folder);
  if (folder === null || detail.kind === "question") return null;
  if (tool === "start_program") return t("Starting exactly this program");
  if (detail.kind === "command") return detail.is_contained && !detail.network ? t("Exactly this command") : null;
  const here = { folder: folderName(folder) };
  switch (tool) {
    case "edit_file":
      return t("Every edit of a file in {folder}", here);
    case "write_file":
      return t("Every file it writes or replaces in {folder}", here);
    case "delete_file":
      return t("Every deletion of a file in {folder}", here);
    case "permission":
      return t("Every change of a file in {folder} that a program asks for", here);
    default:
      return t("Everything that {tool} does in {folder}", { tool, ...here });
  }
}

function pagesOf(host: string, folder: string | null): string {
  return folder === null
    ? t("Every page of {host}, for work without a folder", { host })
    : t("Every page of {host}, for work in {folder}", { host, folder: folderName(folder) });
}

/** What a standing no to this would cover; `null` where only this once can be refused. */
export function neverWords(asked: Pick<Approval, "tool" | "detail">, folder: string | null): string | null {
  const { detail } = asked;
  if (detail.kind === "page") return pagesOf(detail.host, folder);
  if (detail.kind === "remote") {
    const { tool, server } = detail;
    return t("Whatever {tool} of {server} is given, in every folder and however it describes itself", { tool, server });
  }
  return folder !== null && detail.kind === "command" ? t("Exactly this command") : coverWords(asked, folder);
}

/** `Edit files`, and the command line where it is for exactly one. */
export function permitWords({ tool, arguments: kept, denies }: Permit): { words: string; line: string | null } {
  const [server, name] = tool.split("__", 2);
  const known = exactly[tool] ?? tools[tool] ?? tool;
  const what = server && name ? t("use {tool} of {server}", { tool: name, server }) : known;
  const words = denies ? t("Never {what}", { what }) : t("Always {what}", { what });
  return { words, line: kept === null ? null : commandOf(kept) };
}

/** `list, read and search files, run commands`: what an agent may do. */
export function toolWords(names: readonly string[]): string {
  const words = names.map((name) => tools[name] ?? name);
  const last = words.at(-1) ?? t("do nothing");
  return words.length < 2 ? last : t("{others} and {last}", { others: words.slice(0, -1).join(", "), last });
}

const tools: Record<string, string> = {
  permission: t("change files as a program asks"),
  list_folder: t("list folders"),
  read_file: t("read files"),
  search_files: t("search in files"),
  write_file: t("write files"),
  edit_file: t("edit files"),
  delete_file: t("delete files"),
  run_command: t("run commands"),
  fetch_page: t("read pages of the web"),
  update_plan: t("show a plan"),
  ask_user: t("ask you"),
  notify_user: t("tell you something on the way"),
  start_tasks: t("give away parts"),
};

const exactly: Record<string, string> = {
  run_command: t("run exactly this"),
  start_program: t("start exactly this"),
  fetch_page: t("read pages of"),
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
  const made = t("The branch {name} in {folder} has {n, plural, one {# changed file} other {# changed files}}.", {
    name,
    folder: folderName(folder),
    n: files,
  });
  return `${made} ${t("Your own files and what you have checked out are as they were.")}`;
}

// A unified diff as lines to look at. Pure.
import { t } from "../i18n";

/** One line of it. A gap stands for lines that are the same and left out. */
export interface DiffLine {
  kind: "same" | "add" | "del" | "gap";
  text: string;
}

/** The lines between the names of the files and the end; what is no diff is shown as it is. */
export function diffLines(text: string): DiffLine[] {
  const all = text.split("\n");
  if (all.at(-1) === "") all.pop();
  const first = all.findIndex((line) => line.startsWith("@@"));
  if (first === -1) return all.map((line) => ({ kind: "same", text: line }));
  return all.slice(first).flatMap((line, at) => lineOf(line, at === 0));
}

function lineOf(line: string, isFirst: boolean): DiffLine[] {
  const rest = line.slice(1);
  if (line.startsWith("@@")) {
    const from = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(line)?.[1] ?? "";
    // What begins at the beginning leaves nothing out.
    return isFirst && (from === "1" || from === "0") ? [] : [{ kind: "gap", text: t("Line {n}", { n: from }) }];
  }
  if (line.startsWith("+")) return [{ kind: "add", text: rest }];
  if (line.startsWith("-")) return [{ kind: "del", text: rest }];
  if (line.startsWith("\\")) return [{ kind: "gap", text: t("No line break at the end") }];
  // The process says how much it left out.
  if (!line.startsWith(" ") && line !== "") return [{ kind: "gap", text: line }];
  return [{ kind: "same", text: rest }];
}

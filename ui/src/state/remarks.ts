// What the user of an agent told it or took back, in words and in its place among the steps. Pure.
import { t } from "../i18n";
import type { Remark, Task } from "../ipc/types";

/** What stands in bold, and what is told with it. */
export interface RemarkWords {
  lead: string;
  text: string;
}

/** `You:` and what was said, `You said no:` and to what. */
export function remarkWords(remark: Remark): RemarkWords {
  switch (remark.kind) {
    case "said":
      return { lead: t("You:"), text: remark.text };
    case "answered":
      return {
        lead: t("You answered:"),
        text: t("{answer} — to “{question}”", { answer: remark.text, question: remark.about }),
      };
    case "unanswered":
      return { lead: t("You did not answer:"), text: withReason(remark.about, remark.text) };
    case "refused":
      return {
        lead: remark.is_standing ? t("You said never here:") : t("You said no:"),
        text: withReason(remark.about, remark.text),
      };
    case "overruled":
      return {
        lead: t("Not done:"),
        text: t("{what}. You said yes to it, and “Never here” counts more.", { what: remark.about }),
      };
    case "put_back": {
      const [only] = remark.files;
      const n = remark.restored;
      const what = n === 1 && only !== undefined ? only : t("{n, plural, one {# file} other {# files}}", { n });
      return { lead: t("Put back:"), text: what };
    }
    default:
      return unknown(remark);
  }
}

function withReason(about: string, reason: string): string {
  return reason === "" ? about : `${about} — ${reason}`;
}

/** Steps with what was told between them, in the order in which it happened. What has no moment holds its place. */
export function inOrder<T extends { at: string | null }>(steps: T[], remarks: Remark[]): (T | Remark)[] {
  const left = [...remarks];
  const all: (T | Remark)[] = [];
  for (const step of steps) {
    while (step.at !== null && left[0] && left[0].at < step.at) all.push(...left.splice(0, 1));
    all.push(step);
  }
  return [...all, ...left];
}

/** When each file was put back, by its path: the last time. */
export function putBackAt({ remarks }: Pick<Task, "remarks">): Map<string, string> {
  const all = remarks.flatMap((one) =>
    one.kind === "put_back" ? one.files.map((file) => [file, one.at] as const) : [],
  );
  return new Map(all);
}

/** `2 files put back`; empty for none. */
export function putBackWords(task: Pick<Task, "remarks">): string {
  const n = putBackAt(task).size;
  return n === 0 ? "" : t("{n, plural, one {# file} other {# files}} put back", { n });
}

function unknown(_remark: never): RemarkWords {
  return { lead: "", text: "" };
}

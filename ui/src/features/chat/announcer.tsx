import { useEffect, useState } from "react";
import { t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { wantsWords } from "../../state/agent-words";
import { type State, useStore } from "../../state/store";
import { wordsOf } from "../../stream/texts";

/** Says to a screen reader what became of an answer somebody waits for. Text itself is never announced. */
export function Announcer() {
  const [said, setSaid] = useState({ polite: "", assertive: "" });
  useEffect(
    () =>
      useStore.subscribe((state, before) => {
        if (state.tasks === before.tasks) return;
        const next = newsOf(state, before);
        if (next) setSaid(next);
      }),
    [],
  );
  return (
    <div className="sr">
      <p role="status">{said.polite}</p>
      <p role="alert">{said.assertive}</p>
    </div>
  );
}

function newsOf(state: State, before: State): { polite: string; assertive: string } | null {
  for (const turn of state.thread?.turns ?? []) {
    for (const id of turn.tasks) {
      const task = state.tasks[id];
      const was = before.tasks[id];
      if (!task || !was || task === was) continue;
      if (was.lane === "interactive" && task.lane === "background") {
        return { polite: t("Going on in the background. The answer will appear in this chat."), assertive: "" };
      }
      // Background tasks are announced with the list of tasks.
      if (task.lane === "interactive" && task.state !== was.state) return wordsFor(task);
    }
  }
  return null;
}

function wordsFor(task: Task): { polite: string; assertive: string } | null {
  switch (task.state) {
    case "completed":
      return {
        polite: t("Reply finished, {n, plural, one {# word} other {# words}}", { n: wordsOf(task.id) }),
        assertive: "",
      };
    case "cancelled":
      return {
        polite: t("Stopped after {n, plural, one {# word} other {# words}}", { n: wordsOf(task.id) }),
        assertive: "",
      };
    case "failed":
      return { polite: "", assertive: `${t("The answer failed.")} ${task.error?.message ?? ""}` };
    case "waiting":
      if (task.approvals > 0) return { polite: "", assertive: `${wantsWords(task)}. ${task.error?.message ?? ""}` };
      return { polite: "", assertive: `${t("The answer needs you.")} ${task.error?.message ?? ""}` };
    case "queued":
    case "running":
    case "paused":
      return null;
    default:
      return unknownState(task.state);
  }
}

function unknownState(_state: never): null {
  return null;
}

import { useEffect, useRef, useState } from "react";
import { sentence } from "../../components/sentence";
import { t } from "../../i18n";
import type { Task, TaskId } from "../../ipc/types";
import { wantsWords } from "../../state/agent-words";
import { useStore } from "../../state/store";
import { stateWord } from "../../state/task-words";

/** Says changes of background tasks to a screen reader: outcomes politely, failures at once. */
export function Announcer() {
  const tasks = useStore((state) => state.tasks);
  const isLive = useStore((state) => state.connection === "live");
  const known = useRef<Map<TaskId, Task["state"]> | null>(null);
  const [said, setSaid] = useState({ polite: "", assertive: "" });

  useEffect(() => {
    if (!isLive) return;
    const before = known.current;
    known.current = new Map(Object.values(tasks).map((task) => [task.id, task.state]));
    if (!before) return;
    const changed = Object.values(tasks).filter((task) => isNews(task, before));
    if (changed.length === 0) return;
    const failed = changed.filter((task) => task.state === "failed");
    const others = changed.filter((task) => task.state !== "failed");
    setSaid({ polite: wordsFor(others), assertive: wordsFor(failed) });
  }, [tasks, isLive]);

  return (
    <div className="sr">
      <p role="status">{said.polite}</p>
      <p role="alert">{said.assertive}</p>
    </div>
  );
}

function isNews(task: Task, before: Map<TaskId, Task["state"]>): boolean {
  const was = before.get(task.id);
  if (was === task.state || task.lane !== "background") return false;
  // What a part came to is told with the whole.
  if (task.parent_id !== null) return task.state === "waiting";
  // An old task becomes known when its chat is opened: only what began or changed just now is news.
  if (was === undefined) return task.state === "queued" || task.state === "running";
  return task.state === "completed" || task.state === "failed" || task.state === "waiting";
}

function wordsFor(tasks: Task[]): string {
  const [only] = tasks;
  if (!only) return "";
  if (tasks.length > 1) return t("{n} tasks changed", { n: tasks.length });
  switch (only.state) {
    case "completed":
      return t("Done: {title}", { title: only.title });
    case "failed":
      return t("Failed: {title}. {cause}", { title: only.title, cause: sentence(only.error?.message) });
    case "waiting":
      if (only.approvals > 0) return `${wantsWords(only)}: ${only.title}`;
      return `${stateWord(only)}: ${only.title}`;
    default:
      return t("In the background: {title}", { title: only.title });
  }
}

import { useEffect, useRef } from "react";
import { grouped } from "../../../components/counted";
import { Icon } from "../../../components/icon";
import { useAnswer } from "../../../components/use-answer";
import { t } from "../../../i18n";
import type { Task, TaskQuery } from "../../../ipc/types";
import { actions } from "../../../state/actions";
import { useStore } from "../../../state/store";
import { stateWord } from "../../../state/task-words";
import { spent } from "../words";
import "./system-tasks.css";

/** The newest of them; they are of little interest. */
const query: TaskQuery = {
  words: null,
  states: ["queued", "running", "completed", "failed", "cancelled"],
  model: null,
  lane: null,
  unread: false,
  pinned: false,
  system: true,
  since: null,
  until: null,
  limit: 20,
  cursor: null,
};

/** What Meanwhile does by itself, folded; nothing while there is nothing. */
export function SystemTasks() {
  const { value, again } = useAnswer(() => actions.findTasks(query));
  // A window is not told of them: one begins with an answer, and its end is one of its chat.
  const summary = useStore((state) => state.summary);
  const conversations = useStore((state) => state.conversations);
  const seen = useRef({ summary, conversations });
  useEffect(() => {
    if (seen.current.summary === summary && seen.current.conversations === conversations) return;
    seen.current = { summary, conversations };
    again();
  }, [summary, conversations, again]);
  const tasks = value?.tasks ?? [];
  if (tasks.length === 0) return null;
  return (
    <section className="mission-system" aria-labelledby="mission-system">
      <details>
        <summary className="mission-group-head">
          <Icon name="chevron-right" size={14} />
          <h2 id="mission-system">{t("System")}</h2>
          <span className="meta num">{grouped(value?.total ?? 0)}</span>
        </summary>
        <ul className="mission-card">
          {tasks.map((task) => (
            <SystemRow key={task.id} task={task} />
          ))}
        </ul>
      </details>
    </section>
  );
}

function SystemRow({ task }: { task: Task }) {
  return (
    <li className="system-row">
      <span className="grow clip">{task.title}</span>
      <span className="meta num">{[stateWord(task), spent(task.usage)].filter(Boolean).join(" · ")}</span>
    </li>
  );
}

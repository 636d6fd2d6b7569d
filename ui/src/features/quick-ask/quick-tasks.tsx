import { clipped } from "../../components/clipped";
import { StateIcon } from "../../components/state-icon";
import { age, elapsed, useNow } from "../../components/time";
import { t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { backgroundKeys, keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { silentSince, useRing } from "../../state/activity";
import { useStore } from "../../state/store";
import { isActive, needsUser, silentWords, stateWord, waitsForTomorrow, workedMs } from "../../state/task-words";

/** More than there is room for at once, so that the list scrolls before it ends. */
const MOST = 5;

/** What is going on already and what came of it, each a press away. */
export function QuickTasks() {
  const ids = useStore((state) => shown(Object.values(state.tasks)).join(" "));
  if (!ids) {
    return (
      <p className="quick-hint meta">
        {t("{send} opens a new chat and answers there. {background} answers in the background.", {
          send: keysOf("send"),
          background: backgroundKeys(),
        })}
      </p>
    );
  }
  return (
    <ul className="quick-tasks" aria-label={t("Going on")}>
      {ids.split(" ").map((id) => (
        <Row key={id} taskId={id} />
      ))}
    </ul>
  );
}

function Row({ taskId }: { taskId: string }) {
  const task = useStore((state) => state.tasks[taskId]);
  return task ? <TaskButton task={task} /> : null;
}

function TaskButton({ task }: { task: Task }) {
  const now = useNow(true);
  const ring = useRing(task);
  const open = () => void actions.openMain(task.conversation_id, task.id).then(actions.hideQuickAsk);
  return (
    <li>
      <button type="button" className="quick-task" onClick={open}>
        <StateIcon
          task={task}
          isSilent={silentWords(now, silentSince(task)) !== null}
          isForLater={waitsForTomorrow(task)}
          ring={ring}
        />
        <span className="clip grow" {...clipped}>
          {task.title}
        </span>
        <span className="meta num">{words(task, now)}</span>
      </button>
    </li>
  );
}

function words(task: Task, now: number): string {
  if (task.state === "running") return elapsed(workedMs(task, now) ?? 0);
  const ago = task.ended_at ? `, ${age(task.ended_at, now)}` : "";
  return `${stateWord(task)}${ago}`;
}

/** What asks for somebody first, then what works, then what nobody has looked at; newest first. */
function shown(tasks: Task[]): string[] {
  const rank = (task: Task) => (needsUser(task) ? 0 : isActive(task) ? 1 : 2);
  const isWhole = (task: Task) => task.lane === "background" && task.parent_id === null;
  return tasks
    .filter((task) => task.state === "waiting" || (isWhole(task) && (isActive(task) || task.unread)))
    .sort((a, b) => rank(a) - rank(b) || (a.created_at < b.created_at ? 1 : -1))
    .slice(0, MOST)
    .map((task) => task.id);
}

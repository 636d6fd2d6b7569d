import { IconButton } from "../../components/button";
import { Count, Dot } from "../../components/count";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { Summary } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { summaryWords } from "./groups";
import "./tasks-panel.css";

/** Shows and hides the tasks; says how they stand also while they are hidden. */
export function TasksToggle() {
  const isOpen = useStore((state) => state.tasksOpen);
  const summary = useStore((state) => state.summary);
  return (
    <IconButton
      icon="panel-right"
      label={t("Tasks: {summary}", { summary: summaryWords(summary) })}
      keys={keysOf("tasks")}
      pressed={isOpen}
      onClick={() => actions.toggleTasks()}
      badge={!isOpen && <Badge summary={summary} />}
    />
  );
}

/** One line at the foot of a small window; hidden in a larger one. */
export function TasksStrip() {
  const summary = useStore((state) => state.summary);
  return (
    <button type="button" className="tasks-strip" onClick={() => actions.toggleTasks(true)}>
      {summary.needs_you > 0 && <Icon name="ask" />}
      <span className="clip num">{summaryWords(summary)}</span>
      <b>{t("Tasks")}</b>
    </button>
  );
}

function Badge({ summary }: { summary: Summary }) {
  const { needs_you, working, failed, unread } = summary;
  return (
    <span className="tasks-toggle-badge" aria-hidden="true">
      {needs_you > 0 ? (
        <Count n={needs_you} you />
      ) : working > 0 ? (
        <Count n={working} />
      ) : (
        failed + unread > 0 && <Dot label={t("Not seen yet")} />
      )}
    </span>
  );
}

import { useEffect, useMemo, useRef } from "react";
import { Button } from "../../../components/button";
import { Icon } from "../../../components/icon";
import { Note } from "../../../components/note";
import { Page } from "../../../components/page";
import { sentence } from "../../../components/sentence";
import { t } from "../../../i18n";
import type { Task, TaskId } from "../../../ipc/types";
import { inField, keysOf, useShortcut } from "../../../keys/registry";
import { actions } from "../../../state/actions";
import { readKept } from "../../../state/kept";
import { useStore } from "../../../state/store";
import { isFinal, isPausable } from "../../../state/task-words";
import { Announcer } from "../announcer";
import { summaryWords } from "../groups";
import { ReadNew } from "../read-new";
import { DayCard } from "./day-card";
import { History } from "./history";
import { LiveGroups } from "./live-groups";
import { missionGroups } from "./mission-groups";
import { NewTaskDialog } from "./new-task-dialog";
import { onPageKey } from "./row-keys";
import { clearSelection, selectAllShown, useSelection } from "./selection";
import { SelectionBar } from "./selection-bar";
import { SystemTasks } from "./system-tasks";
import "./mission.css";

/** Everything that goes on without you, for looking over all of it in one go. */
export function MissionPage() {
  const tasks = useStore((state) => state.tasks);
  const conversations = useStore((state) => state.conversations);
  const isLive = useStore((state) => state.connection !== "loading");
  const here = useMemo(
    // What was moved to the trash takes its tasks along.
    () => Object.values(tasks).filter((task) => task.conversation_id in conversations),
    [tasks, conversations],
  );
  const stays = useStays(here);
  const groups = useMemo(() => missionGroups(here, stays), [here, stays]);
  const above = useMemo(() => new Set(groups.flatMap((group) => group.tasks.map(({ id }) => id))), [groups]);
  const isSelecting = useSelection((state) => state.selected.size > 0);
  useEffect(() => {
    void readKept();
    return clearSelection;
  }, []);
  // The newest meaning of the keys counts: here they are for rows, and not for what was said.
  useShortcut("select-all", ({ target }) => {
    if (inField(target)) return false;
    selectAllShown();
    return true;
  });
  return (
    <Page
      title={t("Mission control")}
      listKeys={keysOf("list")}
      onList={() => actions.toggleList(true)}
      onBack={() => actions.setPage("chat")}
      end={<Head tasks={here} />}
    >
      <Announcer />
      <NewTaskDialog />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Esc lets go of what is selected. */}
      <div className="mission-frame" onKeyDown={onPageKey}>
        <div className={isSelecting ? "mission is-selecting" : "mission"}>
          <Problem />
          <div className="mission-cols">
            {groups.length === 0 && isLive ? <NothingRuns /> : <LiveGroups groups={groups} />}
            <DayCard />
            <History above={above} />
            <SystemTasks />
          </div>
        </div>
        <SelectionBar />
      </div>
    </Page>
  );
}

/** Outcomes that were not seen when the page was opened, or came since: they stay in sight until it is left. */
function useStays(tasks: Task[]): ReadonlySet<TaskId> {
  const stays = useRef<ReadonlySet<TaskId>>(new Set());
  const fresh = tasks.filter((task) => task.unread && isFinal(task) && !stays.current.has(task.id));
  if (fresh.length > 0) stays.current = new Set([...stays.current, ...fresh.map((task) => task.id)]);
  return stays.current;
}

function Head({ tasks }: { tasks: Task[] }) {
  const summary = useStore((state) => state.summary);
  const canPause = tasks.some(isPausable);
  const canResume = !canPause && tasks.some((task) => task.state === "paused");
  return (
    <>
      <span className="mission-summary meta num clip">{summaryWords(summary)}</span>
      <ReadNew />
      {canPause && (
        <Button small icon="pause" onClick={() => void actions.pauseAll()}>
          {t("Pause all")}
        </Button>
      )}
      {canResume && (
        <Button small icon="play" onClick={() => void actions.resumeAll()}>
          {t("Resume all")}
        </Button>
      )}
      <Button
        small
        kind="mean"
        icon="plus"
        title={keysOf("new-task")}
        aria-label={t("New background task")}
        onClick={() => actions.askNewTask(true)}
      >
        <span className="mission-new">{t("New background task")}</span>
      </Button>
    </>
  );
}

/** What was asked for here and refused. */
function Problem() {
  const problem = useStore((state) => state.problem);
  if (!problem) return null;
  return (
    <Note
      kind="fail"
      icon="triangle-alert"
      role="alert"
      actions={
        <Button small kind="quiet" onClick={actions.dismissProblem}>
          {t("Dismiss")}
        </Button>
      }
    >
      {sentence(problem.message)}
    </Note>
  );
}

/** One sentence, one action, one shortcut. */
function NothingRuns() {
  return (
    <div className="mission-nothing">
      <Icon name="mark" size={28} />
      <h2>{t("Nothing is running")}</h2>
      <p className="soft">{t("What you send to the background stands here while it works, and when it needs you.")}</p>
      <Button kind="mean" icon="plus" keys={keysOf("new-task")} onClick={() => actions.askNewTask(true)}>
        {t("New background task")}
      </Button>
    </div>
  );
}

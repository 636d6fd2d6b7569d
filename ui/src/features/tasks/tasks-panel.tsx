import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Button, IconButton } from "../../components/button";
import { Count } from "../../components/count";
import { Icon } from "../../components/icon";
import { SMALL, useMedia } from "../../components/media";
import { ResizeHandle, useKeptWidth } from "../../components/resize-handle";
import { moveFocus } from "../../components/roving";
import { useFocusOver } from "../../components/use-focus-over";
import { useKeptFocus } from "../../components/use-kept-focus";
import { t } from "../../i18n";
import type { Task, TaskId } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { isPausable, placesFor } from "../../state/task-words";
import { Announcer } from "./announcer";
import { EmptyTasks } from "./empty-tasks";
import { folded, type GroupId, groupsOf, summaryWords, type TaskGroup } from "./groups";
import { ReadNew } from "./read-new";
import { TaskRow } from "./task-row";
import { useHeld } from "./use-held";
import "./tasks-panel.css";

const WIDTH = { start: 316, min: 264, max: 420 };

/** What goes on without you, beside every chat. */
export function TasksPanel() {
  const isOpen = useStore((state) => state.tasksOpen);
  const isSmall = useMedia(SMALL);
  return (
    <>
      <Announcer />
      {isOpen && <Panel isSheet={isSmall} />}
    </>
  );
}

function Panel({ isSheet }: { isSheet: boolean }) {
  const tasks = useStore((state) => state.tasks);
  const summary = useStore((state) => state.summary);
  const isLive = useStore((state) => state.connection !== "loading");
  const conversations = useStore((state) => state.conversations);
  const groups = useMemo(
    // What was moved to the trash takes its tasks along.
    () => groupsOf(Object.values(tasks).filter((task) => task.conversation_id in conversations)),
    [tasks, conversations],
  );
  const tasksHere = groups.flatMap((group) => group.tasks);
  const isPaused = tasksHere.some((task) => task.state === "paused") && !tasksHere.some(isPausable);
  const [width, setWidth] = useKeptWidth("tasks-width", WIDTH.start, WIDTH.min, WIDTH.max);
  const sheet = useRef<HTMLElement>(null);
  useFocusOver(sheet, ".task.is-current .task-title, .tasks-head .icon-btn", isSheet);
  useEscape(isSheet, sheet);
  return (
    <aside ref={sheet} className="tasks" aria-label={t("Tasks")} style={isSheet ? undefined : { width }}>
      {!isSheet && (
        <ResizeHandle label={t("Width of the tasks")} side="left" width={width} {...WIDTH} onChange={setWidth} />
      )}
      <header className="tasks-head">
        <h2>{t("Tasks")}</h2>
        <span className="meta num clip">{summaryWords({ ...summary, failed: 0, unread: 0 })}</span>
        <AllActions tasks={tasksHere} isPaused={isPaused} />
        {isSheet && (
          <IconButton
            icon="x"
            label={t("Close tasks")}
            keys={keysOf("tasks")}
            onClick={() => actions.toggleTasks(false)}
          />
        )}
      </header>
      {isPaused && (
        <p className="tasks-paused">
          <Icon name="circle-pause" />
          <span className="grow">{pausedWords(tasksHere)}</span>
          <Button small onClick={() => void actions.resumeAll()}>
            {t("Resume all")}
          </Button>
        </p>
      )}
      <div className="tasks-scroll">
        <ReadNew />
        {groups.length === 0 && isLive ? <EmptyTasks /> : <Groups groups={groups} isSheet={isSheet} />}
      </div>
    </aside>
  );
}

/** Closes what lies over the chat, unless something in it was meant. */
function useEscape(isOver: boolean, sheet: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (!isOver) return;
    const leave = (event: KeyboardEvent) => {
      const isIn = event.target instanceof Node && sheet.current?.contains(event.target) === true;
      if (event.key !== "Escape" || event.defaultPrevented || !isIn) return;
      event.preventDefault();
      actions.toggleTasks(false);
    };
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  }, [isOver, sheet]);
}

/** Nothing is kept from starting: only these were set aside. */
function pausedWords(tasks: Task[]): string {
  const paused = tasks.filter((task) => task.state === "paused").length;
  return t("{n, plural, one {# task is paused.} other {# tasks are paused.}}", { n: paused });
}

/** What can be done with all of them at once, while there is anything to do. */
function AllActions({ tasks, isPaused }: { tasks: Task[]; isPaused: boolean }) {
  return (
    <span className="tasks-all">
      {tasks.some(isPausable) && (
        <IconButton icon="pause" label={t("Pause all")} onClick={() => void actions.pauseAll()} />
      )}
      {!isPaused && tasks.some((task) => task.state === "paused") && (
        <IconButton icon="play" label={t("Resume all")} onClick={() => void actions.resumeAll()} />
      )}
    </span>
  );
}

function Groups({ groups: present, isSheet }: { groups: TaskGroup[]; isSheet: boolean }) {
  const settings = useStore((state) => state.settings);
  const selected = useStore((state) => state.selectedTask);
  const [current, setCurrent] = useState<TaskId | null>(null);
  const [unfolded, setUnfolded] = useState<GroupId[]>([]);
  const sheet = useRef(isSheet);
  sheet.current = isSheet;

  const onView = useCallback((task: Task) => {
    actions.showTask(task.id);
    if (task.unread) actions.markSeen(task.id);
    if (sheet.current) actions.toggleTasks(false);
  }, []);
  const onFocus = useCallback((task: Task) => setCurrent(task.id), []);

  const list = useRef<HTMLDivElement>(null);
  const { groups, stays, draw } = useHeld(list, present);
  const shown = groups.map((group) => {
    const isFinished = group.id === "done" || group.id === "failed";
    const rows =
      isFinished && !unfolded.includes(group.id)
        ? folded(group.tasks, (id) => id === selected || stays(id))
        : group.tasks;
    return { ...group, rows, hidden: group.tasks.length - rows.length };
  });
  const rows = shown.flatMap((group) => group.rows);
  useLayoutEffect(() => draw(rows.map((task) => task.id)));
  const focus = useKeptFocus(list, () => list.current?.querySelector<HTMLElement>(".task.is-current .task-title"));
  const reachable = rows.some((task) => task.id === current) ? current : rows[0]?.id;

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move among the buttons inside.
    <div ref={list} onKeyDown={(event) => moveFocus(event, ".task-title")} {...focus}>
      {shown.map((group) => (
        <section className="tasks-group" key={group.id} aria-labelledby={`tasks-${group.id}`}>
          <GroupHead group={group} tasks={present.find(({ id }) => id === group.id)?.tasks ?? []} />
          <ul>
            {group.rows.map((task) => (
              <TaskRow
                key={task.id}
                task={task}
                places={placesFor(task, settings)}
                isCurrent={task.id === reachable}
                isSelected={task.id === selected}
                onView={onView}
                onFocus={onFocus}
              />
            ))}
          </ul>
          {group.hidden > 0 && (
            <button type="button" className="tasks-more" onClick={() => setUnfolded((before) => [...before, group.id])}>
              {t("Show all {n, number}", { n: group.tasks.length })}
            </button>
          )}
        </section>
      ))}
    </div>
  );
}

/** The counts are of `tasks`, which are in this state now: a held row may stand in a group it has left. */
function GroupHead({ group, tasks }: { group: TaskGroup; tasks: Task[] }) {
  const unread = tasks.filter((task) => task.unread).length;
  return (
    <h3 className="tasks-group-head" id={`tasks-${group.id}`}>
      {group.title}
      {group.id === "needs-you" && <Count n={tasks.length} you exact />}
      {(group.id === "working" || group.id === "failed") && <Count n={tasks.length} exact />}
      {group.id === "done" && unread > 0 && <span className="meta num">{t("{n, number} new", { n: unread })}</span>}
    </h3>
  );
}

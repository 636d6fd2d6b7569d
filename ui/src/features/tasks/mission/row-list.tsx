import { memo, useEffect, useLayoutEffect, useRef } from "react";
import type { Settings, Task, TaskId } from "../../../ipc/types";
import { useStore } from "../../../state/store";
import { placesFor } from "../../../state/task-words";
import { useLookedAt } from "./looked-at";
import { MissionRow } from "./mission-row";
import { useNear } from "./use-near";

/** Rows that come and go together. */
const CHUNK = 25;
/** What a closed row is high, until it was measured. */
const ROW_PX = 54;

interface RowListProps {
  tasks: Task[];
  /** The one row that Tab reaches. */
  reachable: TaskId | undefined;
}

/** Rows of tasks, of which only those near what is seen are in the page. */
export function RowList({ tasks, reachable }: RowListProps) {
  const settings = useStore((state) => state.settings);
  const chunks = Array.from({ length: Math.ceil(tasks.length / CHUNK) }, (_, at) =>
    tasks.slice(at * CHUNK, (at + 1) * CHUNK),
  );
  return chunks.map((chunk, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a chunk is a place in the list.
    <Chunk key={at} isFirst={at === 0} tasks={chunk} settings={settings} reachable={reachable} />
  ));
}

interface ChunkProps {
  tasks: Task[];
  settings: Settings;
  reachable: TaskId | undefined;
  isFirst: boolean;
}

const Chunk = memo(
  function Chunk({ tasks, settings, reachable, isFirst }: ChunkProps) {
    const place = useRef<HTMLUListElement>(null);
    const isNear = useNear(place, isFirst);
    // What has the focus is not taken away from under it.
    const isFocused = useLookedAt(({ current }) => tasks.some(({ id }) => id === current));
    const isDrawn = isNear || isFocused;
    const height = useRef(0);
    useLayoutEffect(() => {
      if (isDrawn && place.current) height.current = place.current.offsetHeight;
    });
    // What is opened later makes it higher without a change here.
    useEffect(() => {
      const list = place.current;
      if (!isDrawn || !list) return;
      const observer = new ResizeObserver(() => {
        height.current = list.offsetHeight;
      });
      observer.observe(list);
      return () => observer.disconnect();
    }, [isDrawn]);
    if (!isDrawn) {
      return <ul ref={place} aria-hidden="true" style={{ height: height.current || tasks.length * ROW_PX }} />;
    }
    return (
      <ul ref={place}>
        {tasks.map((task) => (
          <MissionRow key={task.id} task={task} places={placesFor(task, settings)} isCurrent={task.id === reachable} />
        ))}
      </ul>
    );
  },
  (a, b) =>
    a.settings === b.settings &&
    a.reachable === b.reachable &&
    a.tasks.length === b.tasks.length &&
    a.tasks.every((task, at) => task === b.tasks[at]),
);

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { TaskId } from "../../ipc/types";
import { held, type TaskGroup } from "./groups";

/** A pointer that rests for so long aims at nothing, and the list shows how things are. */
const REST_MS = 3_000;

/**
 * Keeps rows and groups in their places while the pointer moves over the list: a click hits what it was aimed at. The
 * focus needs none of it, because it goes along with its row.
 */
export function useHeld(list: RefObject<HTMLElement | null>, groups: TaskGroup[]) {
  const [isHeld, setHeld] = useState(false);
  const before = useRef<TaskGroup[]>([]);
  const drawn = useRef(new Set<TaskId>());
  const shown = isHeld ? held(before.current, groups) : groups;
  useLayoutEffect(() => {
    before.current = shown;
  });
  // Asked of every move in the window: a button that is taken away under the pointer never tells the list that it left.
  useEffect(() => {
    let rest: ReturnType<typeof setTimeout> | undefined;
    const leave = () => {
      clearTimeout(rest);
      setHeld(false);
    };
    const look = ({ target }: Event) => {
      leave();
      if (!(target instanceof Node) || !list.current?.contains(target)) return;
      setHeld(true);
      rest = setTimeout(leave, REST_MS);
    };
    const page = document.documentElement;
    document.addEventListener("pointermove", look);
    page.addEventListener("pointerleave", leave);
    addEventListener("blur", leave);
    return () => {
      clearTimeout(rest);
      document.removeEventListener("pointermove", look);
      page.removeEventListener("pointerleave", leave);
      removeEventListener("blur", leave);
    };
  }, [list]);
  return {
    groups: shown,
    /** Whether a row stays although its group would fold it away. */
    stays: (id: TaskId) => isHeld && drawn.current.has(id),
    /** Told which rows are drawn. */
    draw(ids: TaskId[]) {
      drawn.current = new Set(ids);
    },
  };
}

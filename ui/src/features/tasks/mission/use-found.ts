import { useCallback, useEffect, useRef, useState } from "react";
import { wordsOf } from "../../../components/use-answer";
import type { Task, TaskId } from "../../../ipc/types";
import { actions } from "../../../state/actions";
import { useStore } from "../../../state/store";
import { type Filters, queryOf } from "./filters";

export interface Found {
  tasks: Task[];
  /** How many there are, also those not read yet; `null` before the first answer. */
  total: number | null;
  error: string | null;
  hasMore: boolean;
  isAsking: boolean;
  /** Reads the next page. */
  more: () => void;
  /** Asks anew after an error. */
  again: () => void;
}

interface Pages {
  tasks: Task[];
  total: number | null;
  next: string | null;
  error: string | null;
  isAsking: boolean;
}

const nothing: Pages = { tasks: [], total: null, next: null, error: null, isAsking: false };

/** Typing pauses for so long before anybody is asked. */
const TYPING_MS = 200;

/** The tasks that fit the filters, newest first, a page at a time. Looks again when something began or ended. */
export function useFound(filters: Filters): Found {
  const [pages, setPages] = useState(nothing);
  const summary = useStore((state) => state.summary);
  const newest = useRef(0);
  const known = useRef(pages);
  known.current = pages;

  const read = useCallback(
    (cursor: string | null, isFresh: boolean) => {
      newest.current += 1;
      const mine = newest.current;
      setPages((before) => ({ ...before, isAsking: true, error: null }));
      actions.findTasks(queryOf(filters, Date.now(), cursor)).then(
        (found) => {
          if (mine !== newest.current) return;
          setPages((before) => {
            if (cursor === null && isFresh) return { ...nothing, ...found };
            // What was read before stays: what ended does not change its place.
            const tasks = cursor === null ? joined(found.tasks, before.tasks) : joined(before.tasks, found.tasks);
            const next = cursor === null && before.tasks.length > found.tasks.length ? before.next : found.next;
            return { ...nothing, tasks, total: found.total, next };
          });
        },
        (error: unknown) => {
          if (mine === newest.current) setPages((before) => ({ ...before, isAsking: false, error: wordsOf(error) }));
        },
      );
    },
    [filters],
  );

  const hasWords = filters.words.trim() !== "";
  useEffect(() => {
    if (!hasWords) {
      read(null, true);
      return;
    }
    const timer = setTimeout(() => read(null, true), TYPING_MS);
    return () => clearTimeout(timer);
  }, [read, hasWords]);
  const seen = useRef(summary);
  useEffect(() => {
    if (seen.current === summary) return;
    seen.current = summary;
    read(null, false);
  }, [summary, read]);

  const more = useCallback(() => {
    const { next, isAsking, error } = known.current;
    if (next !== null && !isAsking && error === null) read(next, false);
  }, [read]);
  const again = useCallback(() => read(known.current.next, false), [read]);
  const { tasks, total, error, next, isAsking } = pages;
  return { tasks: useFreshest(tasks), total, error, hasMore: next !== null, isAsking, more, again };
}

/** Both, each task once, in their order. */
function joined(first: Task[], then: Task[]): Task[] {
  const has = new Set(first.map(({ id }) => id));
  return [...first, ...then.filter(({ id }) => !has.has(id))];
}

/** The rows as this window knows them, which follow each change, and without those that went to the trash. */
function useFreshest(tasks: Task[]): Task[] {
  const known = useStore((state) => state.tasks);
  const conversations = useStore((state) => state.conversations);
  const fresh = (task: Task, rows: Record<TaskId, Task>) => {
    const row = rows[task.id];
    return row && row.head >= task.head ? row : task;
  };
  return tasks.filter((task) => task.conversation_id in conversations).map((task) => fresh(task, known));
}

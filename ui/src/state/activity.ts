// When something was last heard of a task. Kept outside React: it changes many times a second.
import { type RefCallback, useCallback, useEffect, useRef } from "react";
import type { Task, TaskId } from "../ipc/types";

const heardAt = new Map<TaskId, number>();
const writtenBytes = new Map<TaskId, number>();
const listeners = new Map<TaskId, Set<() => void>>();

/** Notes a sign of life: the text of the task grew, to so many bytes. */
export function noteActivity(taskId: TaskId, bytes?: number, at = Date.now()): void {
  heardAt.set(taskId, at);
  if (bytes !== undefined) writtenBytes.set(taskId, bytes);
  const heard = listeners.get(taskId);
  if (heard) for (const listener of heard) listener();
}

/** Begins to listen, to these tasks and no others. What came before is not known, so silence counts from here. */
export function listenTo(tasks: readonly Task[], now = Date.now()): void {
  const running = new Set(tasks.filter((task) => task.state === "running").map((task) => task.id));
  for (const id of heardAt.keys()) if (!running.has(id)) forget(id);
  for (const id of running) if (!heardAt.has(id)) heardAt.set(id, now);
}

/** Notes that a row changed; the next attempt of a task that does not run begins with nothing. */
export function noteRow(task: Task): void {
  noteActivity(task.id);
  if (task.state !== "running") writtenBytes.delete(task.id);
}

/** Bytes that a running task has written; `undefined` while that is not known. */
export function written(task: Task): number | undefined {
  return task.state === "running" ? writtenBytes.get(task.id) : undefined;
}

function forget(taskId: TaskId): void {
  heardAt.delete(taskId);
  writtenBytes.delete(taskId);
}

/** Unix milliseconds from which a running task has been silent; `undefined` for every other one, and in a batch, where nothing is heard. */
export function silentSince(task: Task): number | undefined {
  if (task.state !== "running" || task.in_batch) return undefined;
  const started = task.started_at ? Date.parse(task.started_at) : 0;
  return Math.max(heardAt.get(task.id) ?? 0, started) || undefined;
}

/** For the element around a ring that can be seen: turns it one step with every sign of life, without waking React. */
export function useRing(task: Task, isInView = true): RefCallback<HTMLElement> | undefined {
  const { id } = task;
  const ring = useCallback((element: HTMLElement) => follow(id, element), [id]);
  return task.state === "running" && isInView ? ring : undefined;
}

/** Calls `onHeard` when something is heard of a running task, at most once in so many milliseconds, and never in a hidden window. */
export function useHeard({ id, state }: Task, everyMs: number, onHeard: () => void): void {
  const newest = useRef(onHeard);
  newest.current = onHeard;
  useEffect(() => {
    if (state !== "running") return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (document.visibilityState === "visible") newest.current();
      }, everyMs);
    };
    const stop = listen(id, hear);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [id, state, everyMs]);
}

function follow(taskId: TaskId, element: HTMLElement): () => void {
  let steps = 0;
  const turn = () => {
    if (document.visibilityState === "hidden") return;
    steps += 1;
    element.style.setProperty("--beat", String(steps));
  };
  return listen(taskId, turn);
}

function listen(taskId: TaskId, listener: () => void): () => void {
  const heard = listeners.get(taskId) ?? new Set();
  heard.add(listener);
  listeners.set(taskId, heard);
  return () => {
    heard.delete(listener);
    if (heard.size === 0) listeners.delete(taskId);
  };
}

import { useEffect } from "react";
import type { Task } from "../../ipc/types";
import { actions } from "../../state/actions";

/** An outcome that stands on screen in a window somebody looks at counts as seen. */
export function useSeen(task: Task | undefined, place: { current: HTMLElement | null }): void {
  const taskId = task?.unread ? task.id : null;
  useEffect(() => {
    const element = place.current?.querySelector(".answer");
    if (taskId === null || !element || typeof IntersectionObserver === "undefined") return;
    let isShown = false;
    const look = () => {
      if (!isShown || !document.hasFocus()) return;
      actions.markSeen(taskId);
      stop();
    };
    const observer = new IntersectionObserver((entries) => {
      isShown = entries.some((entry) => entry.isIntersecting);
      look();
    });
    const stop = () => {
      observer.disconnect();
      window.removeEventListener("focus", look);
    };
    observer.observe(element);
    window.addEventListener("focus", look);
    return stop;
  }, [taskId, place]);
}

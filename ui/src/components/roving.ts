import type { KeyboardEvent } from "react";

/** Arrow keys, Home and End among the elements that match, inside the element that listens. */
export function moveFocus(event: KeyboardEvent<HTMLElement>, selector: string): void {
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, Home: 0, End: 0 };
  const step = steps[event.key];
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = event.target;
  if (!(target instanceof HTMLElement) || target.closest("input, textarea, select")) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
  const its = all.findIndex((element) => element.contains(target));
  const at = its === -1 ? all.findIndex((element) => element.parentElement?.contains(target)) : its;
  const to = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : at + step;
  const next = all[to];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView?.({ block: "nearest" });
}

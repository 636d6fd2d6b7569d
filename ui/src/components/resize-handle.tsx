import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import "./resize-handle.css";

interface ResizeHandleProps {
  label: string;
  width: number;
  min: number;
  max: number;
  /** The side of the pane the handle sits on. */
  side: "left" | "right";
  onChange: (width: number) => void;
}

const STEP = 16;

/** The edge of a pane: drag it, or move it with the arrow keys. */
export function ResizeHandle({ label, width, min, max, side, onChange }: ResizeHandleProps) {
  const from = useRef<{ x: number; width: number } | null>(null);
  /** 1 when the pane grows to the right. In a window from right to left, the sides are the other way round. */
  const outwards = ({ currentTarget }: { currentTarget: HTMLElement }) =>
    (side === "right") === (getComputedStyle(currentTarget).direction !== "rtl") ? 1 : -1;
  const set = (next: number) => onChange(Math.round(Math.min(max, Math.max(min, next))));

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (from.current) set(from.current.width + (event.clientX - from.current.x) * outwards(event));
  };
  const onEnd = () => {
    from.current = null;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key === "ArrowRight") set(width + STEP * outwards(event));
    else if (event.key === "ArrowLeft") set(width - STEP * outwards(event));
    else if (event.key === "Home") set(min);
    else if (event.key === "End") set(max);
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be focused and moved.
    <div
      className={`resize resize-${side}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onEnd}
      onPointerCancel={onEnd}
      onKeyDown={onKeyDown}
    />
  );
}

/** A width that is the same next time. */
export function useKeptWidth(name: string, start: number, min: number, max: number): [number, (width: number) => void] {
  const [width, setWidth] = useState(() => {
    const kept = Number(readKept(name));
    return kept >= min && kept <= max ? kept : start;
  });
  return [
    width,
    (next) => {
      setWidth(next);
      try {
        localStorage.setItem(name, String(next));
      } catch {
        // Without storage the width lasts until the window closes.
      }
    },
  ];
}

function readKept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

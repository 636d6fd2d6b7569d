import { type RefObject, useId, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { duration, elapsed, useNow } from "../../components/time";
import { useAnswer } from "../../components/use-answer";
import { rich, t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { type Thinking, useStore } from "../../state/store";
import { mountBlocks, mountThought } from "../../stream/texts";
import "./thoughts.css";

/** What the model thought aloud on its way to the answer: one quiet line, and all of it on request. */
export function Thoughts({ task }: { task: Task }) {
  const live = useStore((state) => (task.state === "running" ? state.thinking[task.id] : undefined));
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  if (!live && task.thought_ms === null) return null;
  return (
    <div className="thoughts">
      <Button
        small
        kind="quiet"
        className="thoughts-line"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {live && !live.isOver ? <Now live={live} /> : <span>{thoughtWords(task, live)}</span>}
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
      </Button>
      {isOpen && (live ? <Growing id={id} task={task} /> : <Kept id={id} task={task} />)}
    </div>
  );
}

function Now({ live }: { live: Thinking }) {
  const now = useNow(live.since !== null);
  if (live.since === null) return <span>{t("Thinking")}</span>;
  const time = elapsed(now - live.since);
  return <span>{rich("Thinking<n> {time}</n>", { n: <span className="num" /> }, { time })}</span>;
}

function thoughtWords(task: Task, live: Thinking | undefined): string {
  if (live || task.thought_ms === null) return t("Thought about it");
  return t("Thought for {time}", { time: duration(task.thought_ms) });
}

function Growing({ id, task }: { id: string; task: Task }) {
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (place.current) return mountThought(task.id, place.current);
  }, [task.id]);
  return <Place id={id} place={place} />;
}

function Kept({ id, task }: { id: string; task: Task }) {
  const { value, error } = useAnswer(() => actions.thoughts(task.id));
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (value && place.current) return mountBlocks(value, 0, place.current);
  }, [value]);
  return <Place id={id} place={place} error={error} />;
}

function Place({ id, place, error }: { id: string; place: RefObject<HTMLElement | null>; error?: string | null }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section ref={place} id={id} className="thoughts-text" aria-label={t("What the model thought")} tabIndex={0}>
      {error && <p>{error}</p>}
    </section>
  );
}

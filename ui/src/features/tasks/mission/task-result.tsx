import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { Note } from "../../../components/note";
import { useAnswer } from "../../../components/use-answer";
import { t } from "../../../i18n";
import type { Task } from "../../../ipc/types";
import { actions } from "../../../state/actions";
import { useHeard } from "../../../state/activity";
import { isFinal } from "../../../state/task-words";
import { mountBlocks } from "../../../stream/texts";

/** Blocks at the end of what is being written: what came before is in the chat. */
const NEWEST = 4;
/** Blocks of a whole answer: enough to judge it. */
const FIRST = 20;
/** A text that grows is read again at most so often. */
const READ_MS = 1_000;

/** What a task has written, as it grows, and all of it when it is over. */
export function TaskResult({ task }: { task: Task }) {
  const isOver = isFinal(task);
  const { value, error, again } = useAnswer(() => actions.taskText(task.id));
  useHeard(task, READ_MS, again);
  const head = useRef(task.head);
  useEffect(() => {
    if (head.current === task.head) return;
    head.current = task.head;
    again();
  }, [task.head, again]);
  const place = useRef<HTMLDivElement>(null);
  const takeOut = useRef(() => {});
  useLayoutEffect(() => {
    const box = place.current;
    if (!value || !box || isRead(box)) return;
    const isAtEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 8;
    takeOut.current();
    takeOut.current = mountBlocks(isOver ? value.slice(0, FIRST) : value.slice(-NEWEST), 0, box);
    if (!isOver && isAtEnd) box.scrollTop = box.scrollHeight;
  }, [value, isOver]);
  const isEmpty = value !== null && value.length === 0;
  return (
    <section className="mission-result" aria-label={isOver ? t("Result") : t("Result so far")}>
      <header>
        <h3>{isOver ? t("Result") : t("Result so far")}</h3>
        {!isOver && !isEmpty && <span className="meta">{t("saved")}</span>}
        <span className="grow" />
        {!isEmpty && <Copy task={task} />}
      </header>
      {error && (
        <Note kind="fail" icon="octagon-x">
          {t("The text could not be read.")} {error}
        </Note>
      )}
      {isEmpty && !error && <p className="meta">{isOver ? t("No text came.") : t("No text yet.")}</p>}
      <section
        ref={place}
        className="mission-text"
        hidden={value === null || isEmpty}
        aria-label={t("Text")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
      />
      {isOver && (value?.length ?? 0) > FIRST && <p className="meta">{t("The rest of it stands in its chat.")}</p>}
    </section>
  );
}

function Copy({ task }: { task: Task }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await actions.copyAnswer(task.id))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <Button small kind="quiet" icon="copy" onClick={() => void copy()}>
      {isCopied ? t("Copied") : t("Copy")}
    </Button>
  );
}

/** Somebody marks words in it: it is not drawn anew under their hands. */
function isRead(box: HTMLElement): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && box.contains(selection.anchorNode);
}

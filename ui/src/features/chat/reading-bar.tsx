import { type KeyboardEvent, useEffect, useRef } from "react";
import { Button, IconButton } from "../../components/button";
import { StateIcon } from "../../components/state-icon";
import { t } from "../../i18n";
import { acceptRead, goOnFrom, placeRead, readTask, retryRead, stepReading, stopReading } from "../../state/reading";
import { useStore } from "../../state/store";
import { discard } from "./late-result";
import "./reading-bar.css";

/** Lies above the text field while results are read one after the other; the result stands in its chat. */
export function ReadingBar() {
  const reading = useStore((state) => state.reading);
  // Whoever opens another chat reads on there; what the bar does must be for what is in sight.
  const isElsewhere = useStore((state) => {
    const task = readTask(state);
    return task !== undefined && task.conversation_id !== state.openConversation;
  });
  useEffect(() => {
    if (isElsewhere) useStore.setState({ reading: null });
  }, [isElsewhere]);
  return reading && !isElsewhere ? <Bar at={reading.at} of={reading.queue.length} /> : null;
}

/** One key for each thing that can be done, while the bar has the focus. */
const acts: Record<string, () => void> = {
  ArrowRight: () => stepReading(1),
  j: () => stepReading(1),
  ArrowLeft: () => stepReading(-1),
  k: () => stepReading(-1),
  r: retryRead,
  i: () => placeRead("inserted"),
  a: () => placeRead("aside"),
  d: discardRead,
  Escape: stopReading,
};

function discardRead(): void {
  const task = readTask(useStore.getState());
  if (task?.state !== "completed") return;
  void discard(task).then((is) => is && goOnFrom(task.id));
}

function Bar({ at, of }: { at: number; of: number }) {
  const task = useStore(readTask);
  const bar = useRef<HTMLElement>(null);
  // A result that comes into sight takes no focus away, so one key after the other does.
  useEffect(() => {
    if (at < of) bar.current?.querySelector<HTMLElement>(".reading-accept")?.focus();
  }, [at, of]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const by = pages[event.key];
    if (by !== undefined) {
      event.preventDefault();
      scroll(by);
      return;
    }
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const isDone = task?.state === "completed";
  return (
    <section
      ref={bar}
      className="reading"
      aria-label={t("New result {at} of {of}", { at: at + 1, of })}
      onKeyDown={onKeyDown}
    >
      <span className="reading-at num">{t("{at} of {of}", { at: at + 1, of })}</span>
      {task && <StateIcon task={task} />}
      <b className="clip grow">{task?.title ?? t("This task is gone")}</b>
      <span className="reading-acts">
        <IconButton
          icon="chevron-left"
          label={t("Previous")}
          keys="←"
          disabled={at === 0}
          onClick={() => stepReading(-1)}
        />
        <IconButton
          icon="chevron-right"
          label={t("Next, leave this as it is")}
          keys="→"
          onClick={() => stepReading(1)}
        />
        <Button small kind="quiet" keys="R" onClick={retryRead}>
          {t("Retry")}
        </Button>
        {isDone && (
          <>
            <Button small kind="quiet" keys="A" onClick={() => placeRead("aside")}>
              {t("Keep aside")}
            </Button>
            <Button small kind="quiet" keys="D" onClick={discardRead}>
              {t("Discard")}
            </Button>
          </>
        )}
        <Button small kind="main" className="reading-accept" keys="↵" onClick={acceptRead}>
          {at + 1 < of ? t("Accept and next") : t("Accept")}
        </Button>
        <IconButton icon="x" label={t("Stop reading")} keys="Esc" onClick={stopReading} />
      </span>
    </section>
  );
}

/** Parts of a screen that a key moves the chat by. */
const pages: Record<string, number> = { PageDown: 0.9, PageUp: -0.9, ArrowDown: 0.1, ArrowUp: -0.1 };

function scroll(by: number): void {
  const chat = document.querySelector(".thread-scroll");
  chat?.scrollBy({ top: by * chat.clientHeight });
}

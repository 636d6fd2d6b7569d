import { useEffect, useState } from "react";
import { Button, IconButton } from "../../../components/button";
import { StateIcon } from "../../../components/state-icon";
import { t } from "../../../i18n";
import type { Away, Task } from "../../../ipc/types";
import { actions } from "../../../state/actions";
import { ask, quietly } from "../../../state/connection";
import { startReading } from "../../../state/reading";
import { useStore } from "../../../state/store";
import { needsUser, placesFor } from "../../../state/task-words";
import { stateLine } from "../words";
import { awayHead, awaySum } from "./words";
import "./away.css";

/** Rows before they are unfolded. */
const FEW = 4;

/** What happened while nobody looked, once. It lies over the chat and takes no focus: who knows what they want goes on. */
export function AwayCard() {
  const away = useStore((state) => state.away);
  useComeBack();
  return away && <Card key={away.until} away={away} />;
}

/** Asks what happened when the window opens, and whenever it is turned to again. */
function useComeBack(): void {
  const isLive = useStore((state) => state.connection === "live" && state.settings.welcomed);
  useEffect(() => {
    if (!isLive) return;
    const look = () =>
      void quietly(
        ask()
          .comeBack()
          .then((away) => away && useStore.setState({ away })),
      );
    look();
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [isLive]);
}

function Card({ away }: { away: Away }) {
  const [isUnfolded, setIsUnfolded] = useState(false);
  // As they are now: what was looked at or answered since leaves the list.
  const now = useStore((state) => state.tasks);
  const tasks = away.tasks.map((task) => now[task.id] ?? task).filter((task) => task.unread || needsUser(task));
  const isEmpty = tasks.length === 0;
  useEffect(() => {
    if (isEmpty) close();
  }, [isEmpty]);
  const shown = isUnfolded ? tasks : tasks.slice(0, FEW);
  const hidden = tasks.length - shown.length;
  return (
    <section
      className="away"
      aria-labelledby="away-title"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <header className="away-head">
        <h2 id="away-title">{t("While you were away")}</h2>
        <IconButton icon="x" label={t("Close")} keys="Esc" onClick={close} />
        <p className="meta num">{awayHead(away)}</p>
      </header>
      <ul className="away-rows">
        {shown.map((task) => (
          <Row key={task.id} task={task} />
        ))}
        {hidden > 0 && (
          <li className="away-more">
            <span className="grow">{t("{n, plural, one {# more task} other {# more tasks}}", { n: hidden })}</span>
            <Button small kind="quiet" onClick={() => setIsUnfolded(true)}>
              {t("Show")}
            </Button>
          </li>
        )}
        {isUnfolded && away.more > 0 && (
          <li className="away-more meta">{t("And {n} more in the list of tasks.", { n: away.more })}</li>
        )}
      </ul>
      <footer className="away-foot">
        <span className="meta num grow">{awaySum(away)}</span>
        {tasks.some((task) => task.unread) && (
          <>
            <Button small kind="quiet" onClick={markAll(tasks)}>
              {away.more > 0 ? t("Mark these as read") : t("Mark all as read")}
            </Button>
            <Button small kind="main" onClick={read}>
              {t("Read them one by one")}
            </Button>
          </>
        )}
      </footer>
    </section>
  );
}

function Row({ task }: { task: Task }) {
  const asks = needsUser(task);
  const word = asks ? t("Review") : t("Open");
  const places = useStore((state) => placesFor(task, state.settings));
  const asked = useStore((state) => state.approvals[task.id]?.list[0]?.summary);
  const line = stateLine(task, { now: Date.now(), places, asked });
  const open = () => {
    if (asks) actions.review(task.id);
    else actions.showTask(task.id);
    close();
  };
  return (
    <li className={asks ? "away-row is-you" : "away-row"}>
      <StateIcon task={task} />
      <div className="grow">
        <b className="clip">{task.title}</b>
        <span className="away-line num">{line}</span>
      </div>
      <Button small kind={asks ? "main" : "plain"} aria-label={`${word}: ${task.title}`} onClick={open}>
        {word}
      </Button>
    </li>
  );
}

const markAll = (tasks: Task[]) => () => {
  for (const task of tasks) if (task.unread) actions.markSeen(task.id);
  close();
};

function read(): void {
  close();
  startReading();
}

function close(): void {
  useStore.setState({ away: null });
}

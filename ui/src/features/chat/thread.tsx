import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { rich, t } from "../../i18n";
import type { TaskId } from "../../ipc/types";
import { useShortcut } from "../../keys/registry";
import { actions } from "../../state/actions";
import { type State, shownTask, stands, type ThreadState, type TurnState, useStore } from "../../state/store";
import { drawWhole } from "../../stream/texts";
import { FindBar } from "./find-bar";
import { type FollowBottom, followBottom } from "./follow-bottom";
import { findWords, showWords } from "./found";
import { movedOn } from "./moved-on";
import { NoticeCard } from "./notice-card";
import { unseenElsewhere } from "./other-versions";
import { keepPosition, positionOf } from "./positions";
import { Turn } from "./turn";

/** Turns that fill a screen, mostly. */
const LAST = 4;

interface ThreadProps {
  /** The task whose prompt is being edited. */
  editing: TaskId | null;
  onEdit(taskId: TaskId | null): void;
}

/** The turns of the open chat. Scrolls by itself only as `follow-bottom` decides. */
export function Thread({ editing, onEdit }: ThreadProps) {
  const thread = useStore((state) => state.thread);
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follow = useRef<FollowBottom | null>(null);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const conversationId = thread?.conversationId;
  const turns = useLastFirst(thread);

  useLayoutEffect(() => {
    if (!scroller.current || !content.current || !conversationId) return;
    const following = followBottom(scroller.current, content.current, {
      onAtEnd: setIsAtEnd,
      onNearStart: () => void loadEarlier(),
    });
    follow.current = following;
    following.restore(positionOf(conversationId));
    const keep = () => keepPosition(conversationId, following.position());
    window.addEventListener("pagehide", keep);
    return () => {
      window.removeEventListener("pagehide", keep);
      keep();
      following.dispose();
      follow.current = null;
    };
  }, [conversationId]);

  useFocusTask(follow, content);
  useSentTask(follow);
  useEditor(follow, content, editing);

  const [isFinding, setFinding] = useState(false);
  useShortcut("find", () => {
    // It would come up under what lies over the chat.
    if (document.querySelector("[role=dialog]")) return false;
    setFinding(true);
    return true;
  });

  const toEnd = useCallback(() => follow.current?.toEnd(), []);
  if (!thread) return null;
  return (
    <>
      {isFinding && (
        <FindBar
          content={content}
          reveal={(range) => follow.current?.reveal(range)}
          onClose={() => setFinding(false)}
        />
      )}
      <div className="thread-frame">
        <div
          className="thread-scroll"
          ref={scroller}
          role="log"
          aria-live="off"
          aria-label={t("Conversation")}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
          tabIndex={0}
        >
          <div className="thread" ref={content}>
            {thread.hasEarlier && (
              <p className="earlier">
                <Button small kind="quiet" onClick={() => void loadEarlier()}>
                  {t("Show earlier turns")}
                </Button>
              </p>
            )}
            {turns.map((turn, at) => (
              <Turn key={turn.number} turn={turn} next={turns[at + 1]} editing={editing} onEdit={onEdit} />
            ))}
            <CameBack />
            <NoticeCard />
          </div>
        </div>
        {!isAtEnd && (
          <Button small className="jump" icon="arrow-down" onClick={toEnd}>
            {t("Jump to latest")}
          </Button>
        )}
      </div>
    </>
  );
}

/** The last turns of a chat that is opened at its end, and all of them once those are on screen. */
function useLastFirst(thread: ThreadState | null): readonly TurnState[] {
  const [isWhole, setWhole] = useState(() => {
    const { focusTask } = useStore.getState();
    return thread === null || focusTask !== null || positionOf(thread.conversationId) !== "end";
  });
  useEffect(() => {
    if (isWhole) return;
    // An effect may come before the frame it belongs to is drawn.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setWhole(true));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [isWhole]);
  const turns = thread?.turns ?? [];
  return isWhole ? turns : turns.slice(-LAST);
}

/** Lines at the end of the chat for answers that came back further up, or in another version, and nobody has seen. */
function CameBack() {
  const ids = useStore((state) => [...unseenAbove(state), ...unseenElsewhere(state)].join(" "));
  if (!ids) return null;
  return ids.split(" ").map((id) => <CameBackLine key={id} taskId={id} />);
}

function CameBackLine({ taskId }: { taskId: TaskId }) {
  const task = useStore((state) => state.tasks[taskId]);
  if (!task) return null;
  return (
    <div className="came-back">
      <Icon name="came-back" />
      <span className="clip grow">
        {task.state === "failed"
          ? rich("<b>Failed:</b> {title}", { b: <b /> }, { title: task.title })
          : rich("<b>Finished in background:</b> {title}", { b: <b /> }, { title: task.title })}
      </span>
      <Button small onClick={() => actions.showTask(taskId)}>
        {t("Go to it")}
      </Button>
    </div>
  );
}

function unseenAbove(state: State): TaskId[] {
  const turns = state.thread?.turns ?? [];
  return turns.flatMap((turn, at) => {
    const task = shownTask(state, turn);
    return task?.unread && movedOn(state, task, turns[at + 1]) ? [task.id] : [];
  });
}

/** Scrolls to the turn somebody asked for, once it is there. The focus stays with the text field. */
function useFocusTask(follow: { current: FollowBottom | null }, content: { current: HTMLElement | null }): void {
  const taskId = useStore((state) => state.focusTask);
  const turn = useStore((state) => state.thread?.turns.find((one) => taskId && one.tasks.includes(taskId))?.number);
  const isHere = useStore(({ thread, tasks }) => {
    const task = tasks[taskId ?? ""];
    return thread !== null && task !== undefined && stands(thread, task);
  });
  const hasEarlier = useStore((state) => state.thread?.hasEarlier ?? false);
  const loaded = useStore((state) => state.thread?.turns.length ?? 0);
  useEffect(() => {
    if (taskId === null || loaded === 0) return;
    if (turn === undefined) {
      // Its version is on its way.
      if (!isHere) return;
      if (hasEarlier) void loadEarlier();
      else actions.wishDone("focusTask");
      return;
    }
    follow.current?.toTurn(turn);
    actions.wishDone("focusTask");
    const { focusWords } = useStore.getState();
    if (focusWords) {
      // Once another version, if it is that, is drawn.
      requestAnimationFrame(() => revealWords(follow.current, content.current, turn, focusWords));
      return;
    }
    // What it needs, or why it failed, stands below its text.
    const outcome = content.current?.querySelector<HTMLElement>(`[data-turn="${turn}"] :is(.outcome, .approval)`);
    if (outcome) follow.current?.reveal(outcome);
  }, [taskId, turn, isHere, hasEarlier, loaded, follow, content]);
}

/** Shows the words that were found in a turn; where they are not drawn, the turn is all there is to show. */
function revealWords(
  follow: FollowBottom | null,
  content: HTMLElement | null,
  turn: number,
  { words, isPrompt }: { words: string; isPrompt: boolean },
): void {
  drawWhole();
  const article = content?.querySelector<HTMLElement>(`[data-turn="${turn}"]`);
  const places = article?.querySelectorAll<HTMLElement>(isPrompt ? ".prompt" : ".answer-text") ?? [];
  for (const place of places) {
    const range = findWords(place, words);
    const block = range && showWords(range);
    if (!block) continue;
    follow?.reveal(block);
    return;
  }
}

/** What was just sent from here, or asked again, is shown and followed, wherever its reader was. */
function useSentTask(follow: { current: FollowBottom | null }): void {
  const taskId = useStore((state) => state.sentTask);
  const turn = useStore((state) => state.thread?.turns.find((one) => taskId && one.tasks.includes(taskId))?.number);
  const isLast = useStore((state) => state.thread?.turns.at(-1)?.number === turn);
  useLayoutEffect(() => {
    if (taskId === null || turn === undefined) return;
    if (isLast) follow.current?.toEnd();
    else follow.current?.toTurn(turn);
    actions.wishDone("sentTask");
  }, [taskId, turn, isLast, follow]);
}

/** The field in which a prompt is edited stands in view; the answer that grows below it does not push it out. */
function useEditor(
  follow: { current: FollowBottom | null },
  content: { current: HTMLElement | null },
  editing: unknown,
) {
  useLayoutEffect(() => {
    const editor = editing === null ? null : content.current?.querySelector<HTMLElement>(".prompt-edit");
    if (editor) follow.current?.reveal(editor);
  }, [follow, content, editing]);
}

let isLoading = false;
async function loadEarlier(): Promise<void> {
  if (isLoading) return;
  isLoading = true;
  await actions.loadEarlier();
  isLoading = false;
}

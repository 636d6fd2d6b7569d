import type { ClipboardEvent } from "react";
import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { t } from "../../i18n";
import type { CommandError, ConversationId, TaskId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { shownTasks, useStore } from "../../state/store";
import { Composer } from "./composer";
import { LiveBar } from "./live-bar";
import { LiveOffer } from "./live-offer";
import { liveTask } from "./live-task";
import { ReadingBar } from "./reading-bar";

interface DockProps {
  conversationId: ConversationId | null;
  onEdit(taskId: TaskId | null): void;
  onFiles(files: Iterable<File>): void;
  onPaste(event: ClipboardEvent): void;
}

/** What stays at the lower edge: a refusal, the answer that is arriving, and the place to write. */
export function Dock({ conversationId, onEdit, onFiles, onPaste }: DockProps) {
  const live = useStore(liveTask);
  // Answers side by side have their own buttons.
  const isCompared = useStore((state) =>
    (state.thread?.turns ?? []).some((turn) => {
      const shown = shownTasks(state, turn);
      return shown.length > 1 && shown.some((task) => task.id === live?.id);
    }),
  );
  const problem = useStore((state) => state.problem);
  const isLost = useStore((state) => state.connection === "lost");
  return (
    <div className="dock">
      {isLost ? <Lost /> : problem && <Problem problem={problem} />}
      <ReadingBar />
      {live && !isCompared && <LiveBar key={`live-${live.id}`} task={live} />}
      {live && !isCompared && <LiveOffer key={`offer-${live.id}`} task={live} />}
      <Composer
        key={`composer-${conversationId}`}
        conversationId={conversationId}
        live={live}
        onEdit={onEdit}
        onFiles={onFiles}
        onPaste={onPaste}
      />
    </div>
  );
}

function Problem({ problem }: { problem: CommandError }) {
  const isSetup = problem.code === "no_model" || problem.code === "provider";
  return (
    <Note
      kind="fail"
      icon="triangle-alert"
      role="alert"
      actions={
        <>
          {isSetup && (
            <Button small onClick={() => actions.setPage("settings")}>
              {t("Open settings")}
            </Button>
          )}
          <Button small kind="quiet" onClick={actions.dismissProblem}>
            {t("Dismiss")}
          </Button>
        </>
      }
    >
      {sentence(problem.message)}
    </Note>
  );
}

function Lost() {
  return (
    <Note
      kind="fail"
      icon="wifi-off"
      role="alert"
      actions={
        <Button small onClick={actions.reconnect}>
          {t("Connect again")}
        </Button>
      }
    >
      {t("This window lost its connection to Meanwhile. Your tasks go on, and what you typed is kept.")}
    </Note>
  );
}

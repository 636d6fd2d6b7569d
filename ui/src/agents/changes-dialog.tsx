import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "../components/button";
import { Dialog } from "../components/dialog";
import { Note } from "../components/note";
import { useAnswer, wordsOf } from "../components/use-answer";
import { t } from "../i18n";
import type { FileChange, Task } from "../ipc/types";
import { actions } from "../state/actions";
import { backWords, branchWords, folderName } from "../state/agent-words";
import { putBackAt } from "../state/remarks";
import { isActive } from "../state/task-words";
import { BackFile, ChangedFile } from "./changed-file";
import "./changes.css";

/** As many diffs are open from the start; more are unfolded one by one. */
const OPEN = 3;

interface ChangesDialogProps {
  task: Task;
  onClose: () => void;
}

/** What a task changed in its folder, what of it was put back, and the way there. */
export function ChangesDialog({ task, onClose }: ChangesDialogProps) {
  const { value, error, isAsking, again } = useAnswer(() => actions.fileChanges(task.id));
  const [told, setTold] = useState<{ words: string; isBad: boolean } | null>(null);
  const [isSure, setSure] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const changes = value ?? [];
  const atWork = isActive(task);
  const edited = changes.filter((change) => change.is_edited_since);
  const count = changes.length - edited.length;
  const place = placeOf(task);
  const back = [...putBackAt(task)].filter(([path]) => !changes.some((change) => change.path === path));
  const putBack = async (path: string | null) => {
    setBusy(true);
    setSure(false);
    try {
      setTold({ words: backWords(await actions.putBack(task.id, path), changes), isBad: false });
    } catch (problem) {
      setTold({ words: wordsOf(problem), isBad: true });
    }
    setBusy(false);
    again();
  };
  const makeBranch = async () => {
    setBusy(true);
    try {
      setTold({ words: branchWords(await actions.makeBranch(task.id)), isBad: false });
    } catch (problem) {
      setTold({ words: wordsOf(problem), isBad: true });
    }
    setBusy(false);
  };
  const canBack = !atWork && !isBusy;
  return (
    <Dialog
      open
      wide
      isText
      onClose={onClose}
      title={t("Changed in {place, select, copy {a copy of {folder}} folder {{folder}} other {its folder}}", place)}
      actions={
        count > 0 &&
        !atWork &&
        (isSure ? (
          <Sure count={count} edited={edited.length} place={place} onLeave={() => setSure(false)}>
            <Button kind="main" disabled={!canBack} onClick={() => void putBack(null)}>
              {t("Put {n, plural, one {# file} other {# files}} back", { n: count })}
            </Button>
          </Sure>
        ) : (
          <>
            <Button icon="undo-2" className="changes-all" disabled={!canBack} onClick={() => setSure(true)}>
              {t("Put all back")}
            </Button>
            {task.copy_of !== null && (
              <Button kind="main" disabled={!canBack} onClick={() => void makeBranch()}>
                {t("Make a branch")}
              </Button>
            )}
          </>
        ))
      }
    >
      <div className="changes">
        {atWork && (
          <Note icon="info">{t("It is still at work. Pause or stop it first, then its files can be put back.")}</Note>
        )}
        {!atWork && !told && changes.length > 0 && count === 0 && <Note icon="info">{allEdited(edited)}</Note>}
        {told && (
          <Note
            kind={told.isBad ? "fail" : "mean"}
            icon={told.isBad ? "octagon-x" : "check"}
            role={told.isBad ? "alert" : "status"}
          >
            {told.words}
          </Note>
        )}
        {error && (
          <Note kind="fail" icon="octagon-x" role="alert">
            {t("What it changed could not be read.")} {error}
          </Note>
        )}
        {value && changes.length === 0 && !isAsking && <p>{t("Every file is as it was before this task.")}</p>}
        <ul className="changes-list">
          {changes.map((change) => (
            <ChangedFile
              agent={task.agent}
              key={change.path}
              change={change}
              isFirst={changes.length <= OPEN}
              onBack={canBack ? () => void putBack(change.path) : null}
            />
          ))}
          {back.map(([path, at]) => (
            <BackFile key={path} path={path} at={at} />
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

/** Where it worked: in a `copy` of a folder, in a `folder`, or it is not known where. */
type Place = { place: "copy" | "folder" | "unknown"; folder: string };

function placeOf({ folder, copy_of }: Task): Place {
  if (copy_of !== null) return { place: "copy", folder: folderName(copy_of) };
  return folder === null ? { place: "unknown", folder: "" } : { place: "folder", folder: folderName(folder) };
}

interface SureProps {
  count: number;
  edited: number;
  place: Place;
  onLeave: () => void;
  /** The button that does it: at the other end than the one that asked, for whoever presses twice. */
  children: ReactNode;
}

/** Asks once, with the way out in hand. */
function Sure({ count, edited, place, onLeave, children }: SureProps) {
  const out = useRef<HTMLButtonElement>(null);
  useEffect(() => out.current?.focus(), []);
  return (
    <>
      <p className="changes-sure">
        {t(
          "Put {n, plural, one {# file} other {# files}} in {place, select, copy {a copy of {folder}} folder {{folder}} other {its folder}} back {n, plural, one {as it was} other {as they were}} before this task?",
          { n: count, ...place },
        )}
        {edited > 0 &&
          ` ${t("{n, plural, one {# file edited since stays as it is} other {# files edited since stay as they are}}.", { n: edited })}`}
      </p>
      <Button ref={out} onClick={onLeave}>
        {t("Cancel")}
      </Button>
      {children}
    </>
  );
}

function allEdited(edited: FileChange[]): string {
  const byYou = edited.every((change) => change.edited_by === null);
  return byYou
    ? t("You edited all of it since, so it stays as it is.")
    : t("All of it was edited since, so it stays as it is.");
}

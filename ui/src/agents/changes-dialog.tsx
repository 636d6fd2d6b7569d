import { useState } from "react";
import { Button } from "../components/button";
import { counted } from "../components/counted";
import { Dialog } from "../components/dialog";
import { Icon } from "../components/icon";
import { Note } from "../components/note";
import { useAnswer, wordsOf } from "../components/use-answer";
import type { FileChange, Task } from "../ipc/types";
import { actions } from "../state/actions";
import { backWords, branchWords, folderName } from "../state/agent-words";
import { isActive } from "../state/task-words";
import { DiffBody, Sums } from "./diff-view";
import "./changes.css";

/** As many diffs are open from the start; more are unfolded one by one. */
const OPEN = 3;

interface ChangesDialogProps {
  task: Task;
  onClose: () => void;
}

/** What a task changed in its folder, and the way back. */
export function ChangesDialog({ task, onClose }: ChangesDialogProps) {
  const { value, error, isAsking, again } = useAnswer(() => actions.fileChanges(task.id));
  const [told, setTold] = useState<{ words: string; isBad: boolean } | null>(null);
  const [isSure, setSure] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const changes = value ?? [];
  const atWork = isActive(task);
  const edited = changes.filter((change) => change.is_edited_since);
  const count = changes.length - edited.length;
  const putBack = async (path: string | null) => {
    setBusy(true);
    setSure(false);
    try {
      setTold({ words: backWords(await actions.putBack(task.id, path)), isBad: false });
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
      title={`Changed in ${placeOf(task)}`}
      actions={
        count > 0 &&
        !atWork &&
        (isSure ? (
          <>
            <p className="changes-sure">
              {counted(count, "file becomes", "files become")} as before this task.{" "}
              {edited.length > 0 && "What you edited since stays as it is."}
            </p>
            <Button onClick={() => setSure(false)}>Cancel</Button>
            <Button kind="main" disabled={!canBack} onClick={() => void putBack(null)}>
              Put back
            </Button>
          </>
        ) : (
          <>
            <Button icon="undo-2" disabled={!canBack} onClick={() => setSure(true)}>
              Put all back
            </Button>
            {task.copy_of !== null && (
              <Button kind="main" disabled={!canBack} onClick={() => void makeBranch()}>
                Make a branch
              </Button>
            )}
          </>
        ))
      }
    >
      <div className="changes">
        {atWork && (
          <Note icon="info">It is still at work. Pause or stop it first, then its files can be put back.</Note>
        )}
        {!atWork && !told && changes.length > 0 && count === 0 && (
          <Note icon="info">You edited all of it since, so it stays as it is.</Note>
        )}
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
            What it changed could not be read. {error}
          </Note>
        )}
        {value && changes.length === 0 && !isAsking && <p>Every file is as it was before this task.</p>}
        <ul className="changes-list">
          {changes.map((change) => (
            <File
              key={change.path}
              change={change}
              isFirst={changes.length <= OPEN}
              onBack={canBack ? () => void putBack(change.path) : null}
            />
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

function placeOf({ folder, copy_of }: Task): string {
  if (copy_of !== null) return `a copy of ${folderName(copy_of)}`;
  return folder === null ? "its folder" : folderName(folder);
}

interface FileProps {
  change: FileChange;
  isFirst: boolean;
  /** `null` while nothing can be put back. */
  onBack: (() => void) | null;
}

function File({ change: { path, detail, is_edited_since }, isFirst, onBack }: FileProps) {
  const [isOpen, setOpen] = useState(isFirst);
  return (
    <li className="diff">
      <div className="diff-head changes-head">
        <button type="button" className="changes-name" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={14} />
          <span>{path}</span>
        </button>
        {detail.kind === "diff" && <Sums diff={detail} />}
        {is_edited_since && <span className="changes-edited">edited by you since</span>}
        {onBack && !is_edited_since && (
          <Button small kind="quiet" icon="undo-2" aria-label={`Put ${path} back`} onClick={onBack}>
            Put this back
          </Button>
        )}
      </div>
      {isOpen &&
        (detail.kind === "diff" ? (
          <DiffBody diff={detail} />
        ) : (
          <p className="diff-none meta">There is nothing to show of it.</p>
        ))}
    </li>
  );
}

import { useState } from "react";
import { Button } from "../components/button";
import { Icon } from "../components/icon";
import { clockTime, fullTime } from "../components/time";
import { t } from "../i18n";
import type { Detail, FileChange } from "../ipc/types";
import { DiffBody, Sums } from "./diff-view";

interface ChangedFileProps {
  change: FileChange;
  /** Whose change it is; `null` when that is not known. */
  agent: string | null;
  isFirst: boolean;
  /** `null` while nothing can be put back. */
  onBack: (() => void) | null;
}

/** A file that a task changed: what of it, who edited it since, and the way back. */
export function ChangedFile({ change, agent, isFirst, onBack }: ChangedFileProps) {
  const { path, detail, since, is_edited_since, edited_by } = change;
  const [isOpen, setOpen] = useState(isFirst);
  return (
    <li className="diff">
      <div className="diff-head changes-head">
        <button type="button" className="changes-name" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={14} />
          <span>{path}</span>
        </button>
        {detail.kind === "diff" && <Sums diff={detail} />}
        {is_edited_since && (
          <span className="changes-edited">
            {edited_by
              ? t("edited since by {who}, for “{title}”", { who: edited_by.agent, title: edited_by.title })
              : t("edited by you since")}
          </span>
        )}
        {onBack && !is_edited_since && (
          <Button small kind="quiet" icon="undo-2" aria-label={t("Put this back: {path}", { path })} onClick={onBack}>
            {t("Put this back")}
          </Button>
        )}
      </div>
      {isOpen && !since && <Body detail={detail} />}
      {isOpen && since && (
        <>
          <Part
            name={agent === null ? t("What it changed") : t("What {who} changed", { who: agent })}
            detail={detail}
          />
          <Part
            name={edited_by ? t("What {who} edited since", { who: edited_by.agent }) : t("What you edited since")}
            detail={since}
          />
        </>
      )}
    </li>
  );
}

function Part({ name, detail }: { name: string; detail: Detail }) {
  return (
    <fieldset className="changes-part">
      <legend className="meta">{name}</legend>
      <Body detail={detail} />
    </fieldset>
  );
}

function Body({ detail }: { detail: Detail }) {
  if (detail.kind === "diff") return <DiffBody diff={detail} />;
  return <p className="diff-none meta">{t("There is nothing to show of it.")}</p>;
}

/** A file that is as it was before the task. */
export function BackFile({ path, at }: { path: string; at: string }) {
  return (
    <li className="diff">
      <div className="diff-head changes-head">
        <Icon name="undo-2" size={14} />
        <span className="changes-back">{path}</span>
        <time className="meta num" dateTime={at} title={fullTime(at)}>
          {t("Put back, {time}", { time: clockTime(at) })}
        </time>
      </div>
    </li>
  );
}

import type { KeyboardEvent } from "react";
import { t } from "../../i18n";
import type { TaskId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { ActButton } from "./act-button";

interface VersionsProps {
  /** What they are versions of, for speech. */
  of: "prompt" | "answer";
  /** A task of each, oldest first. */
  tasks: readonly TaskId[];
  /** Which of them is shown. */
  at: number;
}

/** `‹ 2 / 3 ›` where something was asked or answered more than once. The arrow keys do it too. */
export function Versions({ of, tasks, at }: VersionsProps) {
  if (tasks.length < 2 || at < 0) return null;
  const pick = (to: number) => {
    const id = tasks[to];
    if (id) actions.showVersion(id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    pick(event.key === "ArrowLeft" ? at - 1 : at + 1);
  };
  return (
    <fieldset
      className="versions"
      aria-label={of === "prompt" ? t("Versions of the prompt") : t("Versions of the answer")}
      onKeyDown={onKeyDown}
    >
      {/* Not disabled at the ends: the focus would be gone, and with it the arrow keys. */}
      <ActButton
        icon="chevron-left"
        label={t("Earlier version")}
        aria-disabled={at === 0}
        onClick={() => pick(at - 1)}
      />
      <span className="num" aria-hidden="true">
        {at + 1} / {tasks.length}
      </span>
      <span className="sr" role="status">
        {t("Version {at} of {of}", { at: at + 1, of: tasks.length })}
      </span>
      <ActButton
        icon="chevron-right"
        label={t("Later version")}
        aria-disabled={at === tasks.length - 1}
        onClick={() => pick(at + 1)}
      />
    </fieldset>
  );
}

import { useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { Button } from "../../../components/button";
import { grouped } from "../../../components/counted";
import { Dialog } from "../../../components/dialog";
import type { IconName } from "../../../components/icon";
import { t } from "../../../i18n";
import type { Task } from "../../../ipc/types";
import { type ManyCommand, withMany } from "../../../state/many";
import { isActive, isFinal, isPausable } from "../../../state/task-words";
import { clearSelection, selectAllShown, selectedIn, shownIn, useSelection } from "./selection";

interface Act {
  command: ManyCommand;
  label: string;
  icon: IconName;
  fits: (task: Task) => boolean;
}

const acts: Act[] = [
  { command: "pause", label: t("Pause"), icon: "pause", fits: isPausable },
  { command: "resume", label: t("Resume"), icon: "play", fits: (task) => task.state === "paused" },
  { command: "stop", label: t("Stop"), icon: "square", fits: (task) => !isFinal(task) },
  {
    command: "retry",
    label: t("Retry"),
    icon: "rotate-ccw",
    fits: (task) => task.state === "failed" || task.state === "cancelled",
  },
  { command: "seen", label: t("Mark as read"), icon: "check", fits: (task) => task.unread && !isActive(task) },
];

/** What can be done with all that is selected. */
export function SelectionBar() {
  const selected = useSelection(useShallow(selectedIn));
  const shown = useSelection((state) => shownIn(state).length);
  const [stopping, setStopping] = useState<Task[] | null>(null);
  if (selected.length === 0 && stopping === null) return null;
  const run = (command: ManyCommand, tasks: Task[]) => {
    if (command === "stop") setStopping(tasks);
    else void withMany(command, tasks);
  };
  return (
    <div className="mission-bar" role="toolbar" aria-label={t("Selected tasks")}>
      <b className="num" role="status">
        {t("{n, number} selected", { n: selected.length })}
      </b>
      {acts.map(({ command, label, icon, fits }) => {
        const its = selected.filter(fits);
        return its.length === 0 ? null : (
          <Button
            key={command}
            small
            icon={icon}
            aria-label={its.length < selected.length ? `${label} ${grouped(its.length)}` : undefined}
            onClick={() => run(command, its)}
          >
            {label}
            {its.length < selected.length && <span className="meta num">{grouped(its.length)}</span>}
          </Button>
        );
      })}
      <span className="grow" />
      {selected.length < shown && (
        <Button small kind="quiet" onClick={selectAllShown}>
          {t("Select all {n, number} shown", { n: shown })}
        </Button>
      )}
      <Button small kind="quiet" icon="x" keys="Esc" onClick={clearSelection}>
        {t("Clear ~selection")}
      </Button>
      {stopping && <StopSure tasks={stopping} onClose={() => setStopping(null)} />}
    </div>
  );
}

/** What is stopped does not go on, so several are asked about once. */
function StopSure({ tasks, onClose }: { tasks: Task[]; onClose: () => void }) {
  const n = tasks.length;
  const stop = () => {
    void withMany("stop", tasks);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("Stop {n, plural, one {# task} other {# tasks}}?", { n })}
      actions={
        <>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button kind="main" onClick={stop}>
            {t("Stop {n, plural, one {# task} other {# tasks}}", { n })}
          </Button>
        </>
      }
    >
      <p>
        {t("What {n, plural, one {it has} other {they have}} written is kept. To go on later, pause instead.", { n })}
      </p>
    </Dialog>
  );
}

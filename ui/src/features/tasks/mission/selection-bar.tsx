import { useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { Button } from "../../../components/button";
import { counted, grouped } from "../../../components/counted";
import { Dialog } from "../../../components/dialog";
import type { IconName } from "../../../components/icon";
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
  { command: "pause", label: "Pause", icon: "pause", fits: isPausable },
  { command: "resume", label: "Resume", icon: "play", fits: (task) => task.state === "paused" },
  { command: "stop", label: "Stop", icon: "square", fits: (task) => !isFinal(task) },
  {
    command: "retry",
    label: "Retry",
    icon: "rotate-ccw",
    fits: (task) => task.state === "failed" || task.state === "cancelled",
  },
  { command: "seen", label: "Mark as read", icon: "check", fits: (task) => task.unread && !isActive(task) },
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
    <div className="mission-bar" role="toolbar" aria-label="Selected tasks">
      <b className="num" role="status">
        {grouped(selected.length)} selected
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
          Select all {grouped(shown)} shown
        </Button>
      )}
      <Button small kind="quiet" icon="x" keys="Esc" onClick={clearSelection}>
        Clear
      </Button>
      {stopping && <StopSure tasks={stopping} onClose={() => setStopping(null)} />}
    </div>
  );
}

/** What is stopped does not go on, so several are asked about once. */
function StopSure({ tasks, onClose }: { tasks: Task[]; onClose: () => void }) {
  const words = counted(tasks.length, "task");
  const stop = () => {
    void withMany("stop", tasks);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Stop ${words}?`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" onClick={stop}>
            Stop {words}
          </Button>
        </>
      }
    >
      <p>What {tasks.length === 1 ? "it has" : "they have"} written is kept. To go on later, pause instead.</p>
    </Dialog>
  );
}

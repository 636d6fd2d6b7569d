import { useLayoutEffect, useRef } from "react";
import { ApprovalCard } from "../agents/approval-card";
import { NewChat } from "../features/chat/new-chat";
import { Turn } from "../features/chat/turn";
import "../features/chat/chat.css";
import { EmptyTasks } from "../features/tasks/empty-tasks";
import { TaskRow } from "../features/tasks/task-row";
import "../features/tasks/tasks-panel.css";
import { changes, command, free, page, question } from "../ipc/demo-asks";
import * as say from "../ipc/demo-text";
import type { Approval, Task } from "../ipc/types";
import { useStore } from "../state/store";
import { mountBlocks } from "../stream/texts";

const nothing = () => {};

function useEvery(): Task[] {
  const tasks = useStore((state) => state.tasks);
  return Object.values(tasks).sort((a, b) => a.id.localeCompare(b.id));
}

/** Each task of the demo as a row, the third one as the chosen one. */
export function Rows() {
  const tasks = useEvery();
  return (
    <ul className="gallery-rows tasks">
      {tasks.map((task, at) => (
        <TaskRow
          key={task.id}
          task={task}
          places={4}
          isCurrent={at === 0}
          isSelected={at === 2}
          onView={nothing}
          onFocus={nothing}
        />
      ))}
    </ul>
  );
}

/** Each that is not an agent's as a prompt with what became of it. */
export function Turns() {
  const thread = useStore((state) => state.thread);
  const tasks = useStore((state) => state.tasks);
  // What agents ask has a section of its own.
  const turns = thread?.turns.filter(({ tasks: [id = ""] }) => !tasks[id]?.agent) ?? [];
  return (
    <div className="thread gallery-thread">
      {turns.map((turn, at) => (
        <Turn key={turn.number} turn={turn} next={turns[at + 1]} editing={null} onEdit={nothing} />
      ))}
    </div>
  );
}

export function Approvals() {
  const asked = [...changes().slice(0, 1), command, free, page, question];
  return (
    <div className="gallery-stack">
      {asked.map((one, at) => (
        <Card key={one.id} asked={one} isBusy={at === 1} problem={at === 3 ? "The folder has changed since." : null} />
      ))}
    </div>
  );
}

function Card({ asked, isBusy, problem }: { asked: Approval; isBusy: boolean; problem: string | null }) {
  return (
    <ApprovalCard
      asked={asked}
      at={1}
      of={3}
      cover="for the rest of this task"
      whole={undefined}
      copyOf={null}
      never="in this folder"
      problem={problem}
      isBusy={isBusy}
      focusAt={0}
      onStep={nothing}
      onSeen={nothing}
      onDecide={nothing}
      onStop={nothing}
    />
  );
}

/** Headings, lists, tables, code, formulas, notes, and words that are too long. */
export function Texts() {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (host.current) return mountBlocks(say.everything, 400, host.current);
  }, []);
  return <div ref={host} className="answer-text gallery-thread" />;
}

export function Nothing() {
  return (
    <div className="gallery-grid">
      <EmptyTasks />
      <NewChat />
      <div className="thread-loading gallery-loading">
        <div className="bar" />
        <div className="bar" />
        <div className="bar" />
        <p className="meta">Still reading this chat from the disk.</p>
      </div>
    </div>
  );
}

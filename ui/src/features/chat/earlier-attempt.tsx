import { useEffect, useRef } from "react";
import { replaced, wordsIn } from "../../attempts/earlier";
import { KeptText } from "../../attempts/kept-text";
import { counted } from "../../components/counted";
import { useAnswer } from "../../components/use-answer";
import type { Task } from "../../ipc/types";
import { actions } from "../../state/actions";

/** Where the text went that stood here before the task was tried again. */
export function EarlierAttempt({ task }: { task: Task }) {
  return task.attempt > 1 ? <Earlier task={task} /> : null;
}

function Earlier({ task }: { task: Task }) {
  const { value, again } = useAnswer(() => actions.taskLog(task.id));
  const stands = `${task.attempt} ${task.state}`;
  const before = useRef(stands);
  useEffect(() => {
    if (before.current === stands) return;
    before.current = stands;
    again();
  }, [stands, again]);
  const attempt = value && replaced(value);
  if (!attempt) return null;
  return (
    <KeptText attempt={attempt}>
      Attempt {attempt.number} broke off after {counted(wordsIn(attempt.kept_text), "word")}
    </KeptText>
  );
}

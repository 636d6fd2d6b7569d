import { type FormEvent, useState } from "react";
import { Button } from "../components/button";
import { TextField } from "../components/field";
import { wordsOf } from "../components/use-answer";
import { t } from "../i18n";
import type { TaskId } from "../ipc/types";
import { actions } from "../state/actions";

/** A word to an agent at work or one that waits: it hears that with its next step, and nothing is interrupted or decided. */
export function Remark({ taskId, hint = t("Tell it something") }: { taskId: TaskId; hint?: string }) {
  const [text, setText] = useState("");
  const [told, setTold] = useState("");
  const tell = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    try {
      await actions.say(taskId, text);
      setText("");
      setTold(t("It hears this with its next step."));
    } catch (error) {
      // What was written stays where it is.
      setTold(wordsOf(error));
    }
  };
  return (
    <form className="remark" onSubmit={(event) => void tell(event)}>
      <TextField
        label={t("Tell it something")}
        hideLabel
        placeholder={hint}
        value={text}
        onKeyDown={(event) => {
          // To leave a field is not to stop the work.
          if (event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.closest<HTMLElement>(".approval, .turn")?.focus({ preventScroll: true });
        }}
        onChange={(event) => {
          setText(event.target.value);
          setTold("");
        }}
      />
      <Button small type="submit" disabled={text.trim() === ""}>
        {t("Tell it")}
      </Button>
      <span className="meta" role="status">
        {told}
      </span>
    </form>
  );
}

import { type KeyboardEvent, useRef, useState } from "react";
import { Button } from "../../components/button";
import { toast } from "../../components/toast";
import { t } from "../../i18n";
import type { Lane, Task, TaskId, Version } from "../../ipc/types";
import { isComposing } from "../../keys/chord";
import { keysOf, sentBy } from "../../keys/registry";
import { actions } from "../../state/actions";
import { ActButton } from "./act-button";
import { SentFiles } from "./file-chips";
import { Versions } from "./versions";

/** Characters and lines of a prompt shown before it folds. */
const FOLD_CHARS = 1_600;
const FOLD_LINES = 16;

interface PromptProps {
  task: Task;
  /** The versions of it, oldest first; empty when it was never edited. */
  versions: readonly Version[];
  isEditing: boolean;
  onEdit(taskId: TaskId | null): void;
}

/** What was asked. It can be changed and sent again: then there are two versions, each with what follows it. */
export function Prompt({ task, versions, isEditing, onEdit }: PromptProps) {
  if (isEditing) return <EditPrompt key={task.id} task={task} onDone={() => onEdit(null)} />;
  const copy = async () => {
    if (await actions.copyText(task.prompt)) toast({ text: t("Prompt copied."), icon: "copy" });
  };
  const at = versions.findIndex((version) => version.branches.includes(task.branch));
  return (
    <div className="prompt">
      <SentFiles files={task.attachments} />
      <PromptText key={task.prompt_id} text={task.prompt} />
      <Versions of="prompt" tasks={versions.map((version) => version.task_id)} at={at} />
      <div className="acts">
        <ActButton icon="copy" label={t("Copy prompt")} onClick={() => void copy()} />
        <ActButton icon="pencil" label={t("Edit and send again")} onClick={() => onEdit(task.id)} />
      </div>
    </div>
  );
}

function PromptText({ text }: { text: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const short = shortened(text);
  return (
    <div className="prompt-text">
      {short ?? text}
      {short !== null && (
        <>
          {!isOpen && <span className="prompt-dots"> …</span>}
          {/* There, so that it is found. */}
          <span className="prompt-rest" hidden={!isOpen}>
            {text.slice(short.length)}
          </span>
          <button type="button" className="prompt-more" onClick={() => setIsOpen(!isOpen)}>
            {isOpen ? t("Show less") : t("Show all of it")}
          </button>
        </>
      )}
    </div>
  );
}

function shortened(text: string): string | null {
  const lines = text.slice(0, FOLD_CHARS).split("\n");
  if (lines.length > FOLD_LINES) return lines.slice(0, FOLD_LINES - 4).join("\n");
  return text.length > FOLD_CHARS ? text.slice(0, FOLD_CHARS - 400) : null;
}

function EditPrompt({ task, onDone }: { task: Task; onDone(): void }) {
  const [text, setText] = useState(task.prompt);
  const isSending = useRef(false);
  const send = async (lane: Lane) => {
    const trimmed = text.trim();
    if (!trimmed || isSending.current) return;
    isSending.current = true;
    const isAccepted = await actions.send({
      text: trimmed,
      lane,
      editOf: task.id,
      files: task.attachments,
      inParts: task.progress !== null,
    });
    isSending.current = false;
    if (isAccepted) leave(onDone);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      leave(onDone);
    }
    const lane = sentBy(event.nativeEvent);
    if (lane === null) return;
    event.preventDefault();
    void send(lane);
  };
  return (
    <div className="prompt prompt-edit">
      <SentFiles files={task.attachments} />
      <div className="grow-field" data-text={`${text.slice(0, 4_000)} `}>
        <textarea
          ref={atEnd}
          aria-label={t("Edit the prompt")}
          value={text}
          rows={1}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className="prompt-edit-acts">
        <span className="meta grow">{t("This version stays, with all that follows it.")}</span>
        <Button small kind="quiet" keys="Esc" onClick={() => leave(onDone)}>
          {t("Cancel")}
        </Button>
        <Button small kind="mean" icon="mean" keys={keysOf("send-background")} onClick={() => void send("background")}>
          {t("Background")}
        </Button>
        <Button small kind="main" keys={keysOf("send")} onClick={() => void send("interactive")}>
          {t("Send")}
        </Button>
      </div>
    </div>
  );
}

function leave(onDone: () => void): void {
  onDone();
  document.querySelector<HTMLTextAreaElement>("#composer")?.focus();
}

function atEnd(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  // The thread scrolls to it: left to the browser, the thread would go back to its end.
  field.focus({ preventScroll: true });
  field.setSelectionRange(field.value.length, field.value.length);
}

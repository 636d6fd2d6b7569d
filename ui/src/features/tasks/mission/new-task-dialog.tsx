import { type KeyboardEvent, useEffect, useState } from "react";
import { Button } from "../../../components/button";
import { Dialog } from "../../../components/dialog";
import { TextArea } from "../../../components/field";
import { Icon } from "../../../components/icon";
import { Note } from "../../../components/note";
import { sentence } from "../../../components/sentence";
import { toast } from "../../../components/toast";
import type { CommandError } from "../../../ipc/types";
import { isShortcut, keysOf } from "../../../keys/registry";
import { ChooseModel } from "../../../providers/choose-model";
import { actions, asCommandError } from "../../../state/actions";
import { modelFor, useStore } from "../../../state/store";
import { modelName } from "../../../state/task-words";

const close = () => actions.askNewTask(false);

/** A prompt that goes to the background at once, in a chat of its own. */
export function NewTaskDialog() {
  const isOpen = useStore((state) => state.newTaskOpen);
  // What was written is kept when it is closed, until it was sent.
  const [text, setText] = useState("");
  useEffect(() => close, []);
  return isOpen ? <Form text={text} onText={setText} onClose={close} /> : null;
}

interface FormProps {
  text: string;
  onText: (text: string) => void;
  onClose: () => void;
}

function Form({ text, onText, onClose }: FormProps) {
  const usual = useStore((state) => state.settings.background_model ?? modelFor(state, null));
  const [picked, setPicked] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<CommandError | null>(null);
  // One press is one task, however often it has to be sent.
  const [key] = useState(() => crypto.randomUUID());
  const model = picked ?? usual;
  const isEmpty = text.trim() === "";

  const send = async () => {
    if (isEmpty || isSending) return;
    setSending(true);
    setRefusal(null);
    try {
      const { task } = await actions.sendMessage({
        conversation_id: null,
        text: text.trim(),
        lane: "background",
        model,
        edit_of: null,
        origin: "window",
        delivery: "parent_mediated",
        idempotency_key: key,
      });
      onText("");
      onClose();
      toast({
        text: "Got it. We'll keep working on this.",
        detail: "You can close the window.",
        icon: "mean",
        action: { label: "Open its chat", onSelect: () => actions.openConversation(task.conversation_id, task.id) },
      });
    } catch (error) {
      setRefusal(asCommandError(error));
      setSending(false);
    }
  };
  const onKeyDown = ({ nativeEvent }: KeyboardEvent) => {
    if (!isShortcut(nativeEvent, "send-background")) return;
    nativeEvent.preventDefault();
    void send();
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="New background task"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="mean"
            icon="mean"
            keys={keysOf("send-background")}
            disabled={isEmpty || isSending}
            onClick={() => void send()}
          >
            Send to the background
          </Button>
        </>
      }
    >
      <div className="mission-ask">
        <TextArea
          label="What to work on"
          rows={6}
          value={text}
          hint="It gets a chat of its own. Files, folders and agents are there in a new chat."
          onChange={(event) => onText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <ChooseModel
          label="Who works on it"
          chosen={model}
          onChoose={setPicked}
          trigger={
            <Button small aria-label={model ? `Model: ${model}` : "Choose a model"} title={model ?? undefined}>
              <span className="clip">{model ? modelName(model) : "Choose a model"}</span>
              <Icon name="chevron-down" size={14} />
            </Button>
          }
        />
        {refusal && (
          <Note
            kind="fail"
            icon="octagon-x"
            role="alert"
            actions={
              refusal.code === "no_model" && (
                <Button small onClick={() => actions.setPage("settings")}>
                  Choose a model
                </Button>
              )
            }
          >
            {refusal.code === "no_model"
              ? "No model is set up yet, so there is nothing to ask. Your prompt is kept."
              : sentence(refusal.message)}
          </Note>
        )}
      </div>
    </Dialog>
  );
}

import { type KeyboardEvent, useEffect, useState } from "react";
import { Button } from "../../../components/button";
import { Dialog } from "../../../components/dialog";
import { TextArea } from "../../../components/field";
import { Icon } from "../../../components/icon";
import { t } from "../../../i18n";
import type { CommandError } from "../../../ipc/types";
import { isShortcut, keysOf } from "../../../keys/registry";
import { ChooseModel } from "../../../providers/choose-model";
import { actions, asCommandError } from "../../../state/actions";
import { modelFor, useStore } from "../../../state/store";
import { modelName } from "../../../state/task-words";
import { RefusalNote, sendAway } from "../send-away";

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
  const [key] = useState(() => crypto.randomUUID());
  const model = picked ?? usual;
  const isEmpty = text.trim() === "";

  const send = async () => {
    if (isEmpty || isSending) return;
    setSending(true);
    setRefusal(null);
    try {
      await sendAway({ text: text.trim(), model, key, way: t("Open its chat") });
      onText("");
      onClose();
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
      title={t("New background task")}
      actions={
        <>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button
            kind="mean"
            icon="mean"
            keys={keysOf("send-background")}
            disabled={isEmpty || isSending}
            onClick={() => void send()}
          >
            {t("Send to the background")}
          </Button>
        </>
      }
    >
      <div className="mission-ask">
        <TextArea
          label={t("What to work on")}
          rows={6}
          value={text}
          hint={t("It gets a chat of its own. Files, folders and agents are there in a new chat.")}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <ChooseModel
          label={t("Who works on it")}
          chosen={model}
          onChoose={setPicked}
          trigger={
            <Button
              small
              aria-label={model ? t("Model: {model}", { model }) : t("Choose a model")}
              title={model ?? undefined}
            >
              <span className="clip">{model ? modelName(model) : t("Choose a model")}</span>
              <Icon name="chevron-down" size={14} />
            </Button>
          }
        />
        {refusal && <RefusalNote refusal={refusal} kept={t("Your prompt is kept.")} />}
      </div>
    </Dialog>
  );
}

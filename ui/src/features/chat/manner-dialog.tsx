import { type FormEvent, useId, useState } from "react";
import { amountOf, amountText } from "../../components/amount-text";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { TextArea, TextField } from "../../components/field";
import { useAnswer, wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { ConversationId, Manner } from "../../ipc/types";
import { actions } from "../../state/actions";
import { plainManner, useStore } from "../../state/store";
import "./manner-dialog.css";

interface MannerDialogProps {
  conversationId: ConversationId | null;
  onClose: () => void;
}

/** How the models of a chat are asked: what they are told first, how freely they write, and how much. */
export function MannerDialog({ conversationId, onClose }: MannerDialogProps) {
  const form = useId();
  const stored = useAnswer<Manner>(() =>
    conversationId === null
      ? Promise.resolve(useStore.getState().newManner ?? plainManner)
      : actions.manner(conversationId),
  );
  // It opens with its field, which takes the focus.
  if (stored.value === null && stored.error === null) return null;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t("Instructions for this chat")}
      actions={
        <>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button kind="main" type="submit" form={form} disabled={stored.value === null}>
            {t("Save")}
          </Button>
        </>
      }
    >
      {stored.error !== null && <p role="alert">{stored.error}</p>}
      {stored.value !== null && (
        <Form id={form} conversationId={conversationId} stored={stored.value} onDone={onClose} />
      )}
    </Dialog>
  );
}

interface FormProps {
  id: string;
  conversationId: ConversationId | null;
  stored: Manner;
  onDone: () => void;
}

function Form({ id, conversationId, stored, onDone }: FormProps) {
  const [system, setSystem] = useState(stored.system);
  const [temperature, setTemperature] = useState(amountText(stored.temperature));
  const [most, setMost] = useState(amountText(stored.max_tokens));
  const [refusal, setRefusal] = useState<string | null>(null);
  const degrees = amountOf(temperature);
  const tokens = amountOf(most);
  const isHot = degrees !== null && !(degrees >= 0 && degrees <= 2);
  const isOdd = tokens !== null && !(Number.isInteger(tokens) && tokens >= 1);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (isHot || isOdd) return;
    try {
      const manner = { system: system.trim(), temperature: degrees, max_tokens: tokens };
      await actions.setManner(conversationId, manner);
      onDone();
    } catch (error) {
      setRefusal(wordsOf(error));
    }
  };
  return (
    <form id={id} className="manner" onSubmit={(event) => void save(event)}>
      <TextArea
        label={t("System prompt")}
        rows={7}
        data-first
        value={system}
        placeholder={t("Such as: answer in short sentences, and name your sources.")}
        error={refusal}
        hint={hintFor(system)}
        onChange={(event) => setSystem(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
        }}
      />
      <div className="manner-numbers">
        <TextField
          label={t("Temperature")}
          className="num"
          type="number"
          min={0}
          max={2}
          step="0.1"
          placeholder={t("as the model likes")}
          value={temperature}
          error={isHot ? t("A number from 0 to 2, or empty") : null}
          hint={t("0 takes the likeliest word each time, more is freer. Some models take none.")}
          onChange={(event) => setTemperature(event.target.value)}
        />
        <TextField
          label={t("Longest answer, in tokens")}
          className="num"
          type="number"
          min={1}
          step="1"
          placeholder={t("as long as it gets")}
          value={most}
          error={isOdd ? t("A whole number from 1, or empty") : null}
          hint={t("About four letters each. An answer is cut there; thinking counts too.")}
          onChange={(event) => setMost(event.target.value)}
        />
      </div>
    </form>
  );
}

function hintFor(system: string): string {
  const tokens = Math.ceil(system.trim().length / 4);
  return tokens === 0
    ? t("Told every model before anything else, as tokens that are read each time you ask here.")
    : t(
        "Told every model before anything else, about {n, plural, one {# token} other {# tokens}} each time you ask here.",
        { n: tokens },
      );
}

import { useState } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { CommandError } from "../../ipc/types";
import { backgroundKeys } from "../../keys/registry";
import { asCommandError } from "../../state/actions";
import { modelFor, useStore } from "../../state/store";
import { RefusalNote, sendAway } from "./send-away";

const SAMPLE = t("Explain in five short steps what happens to a task in the background");

/** One sentence, one action, one shortcut. */
export function EmptyTasks() {
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<CommandError | null>(null);
  const model = useStore((state) => modelFor(state, state.openConversation));

  const showOnce = async () => {
    setSending(true);
    setRefusal(null);
    try {
      await sendAway({ text: SAMPLE, model, key: crypto.randomUUID(), way: t("View") });
    } catch (error) {
      setRefusal(asCommandError(error));
    } finally {
      setSending(false);
    }
  };

  return (
    <div className="tasks-empty">
      <Icon name="mark" size={28} />
      <h3>{t("Nothing running")}</h3>
      <p>{t("Use {keys} to send a prompt to the background.", { keys: backgroundKeys() })}</p>
      <Button small icon="mean" disabled={isSending} onClick={() => void showOnce()}>
        {t("Show me once")}
      </Button>
      {refusal && <RefusalNote refusal={refusal} />}
    </div>
  );
}

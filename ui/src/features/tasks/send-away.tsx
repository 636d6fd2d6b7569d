import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { toast } from "../../components/toast";
import { t } from "../../i18n";
import type { CommandError } from "../../ipc/types";
import { actions } from "../../state/actions";

interface Away {
  text: string;
  model: string | null;
  /** One press is one task, however often it has to be sent. */
  key: string;
  /** How the way to its chat is called. */
  way: string;
}

/** Sends a prompt to the background, in a chat of its own, and says so. Rejects with what was refused. */
export async function sendAway({ text, model, key, way }: Away): Promise<void> {
  const { task } = await actions.sendMessage({
    conversation_id: null,
    text,
    lane: "background",
    model,
    edit_of: null,
    origin: "window",
    delivery: "parent_mediated",
    idempotency_key: key,
  });
  toast({
    text: t("Got it. We'll keep working on this."),
    detail: t("You can close the window."),
    icon: "mean",
    action: { label: way, onSelect: () => actions.openConversation(task.conversation_id, task.id) },
  });
}

/** Why it was not sent, and the way out. `kept` says what became of what was written. */
export function RefusalNote({ refusal, kept = "" }: { refusal: CommandError; kept?: string }) {
  const hasNoModel = refusal.code === "no_model";
  return (
    <Note
      kind="fail"
      icon="octagon-x"
      role="alert"
      actions={
        hasNoModel && (
          <Button small onClick={() => actions.setPage("settings")}>
            {t("Choose a model")}
          </Button>
        )
      }
    >
      {hasNoModel
        ? [t("No model is set up yet, so there is nothing to ask."), kept].filter(Boolean).join(" ")
        : sentence(refusal.message)}
    </Note>
  );
}

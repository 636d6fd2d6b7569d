import { useState } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { toast } from "../../components/toast";
import type { CommandError } from "../../ipc/types";
import { backgroundKeys } from "../../keys/registry";
import { actions, asCommandError } from "../../state/actions";
import { modelFor, useStore } from "../../state/store";

const SAMPLE = "Explain in five short steps what happens to a task in the background";

/** One sentence, one action, one shortcut. */
export function EmptyTasks() {
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<CommandError | null>(null);
  const model = useStore((state) => modelFor(state, state.openConversation));

  const showOnce = async () => {
    setSending(true);
    setRefusal(null);
    try {
      const { task } = await actions.sendMessage({
        conversation_id: null,
        text: SAMPLE,
        lane: "background",
        model,
        edit_of: null,
        origin: "window",
        delivery: "parent_mediated",
        idempotency_key: crypto.randomUUID(),
      });
      toast({
        text: "Got it. We'll keep working on this.",
        detail: "You can close the window.",
        icon: "mean",
        action: { label: "View", onSelect: () => actions.openConversation(task.conversation_id, task.id) },
      });
    } catch (error) {
      setRefusal(asCommandError(error));
    } finally {
      setSending(false);
    }
  };

  return (
    <div className="tasks-empty">
      <Icon name="mark" size={28} />
      <h3>Nothing running</h3>
      <p>Use {backgroundKeys()} to send a prompt to the background.</p>
      <Button small icon="mean" disabled={isSending} onClick={() => void showOnce()}>
        Show me once
      </Button>
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
            ? "No model is set up yet, so there is nothing to ask."
            : sentence(refusal.message)}
        </Note>
      )}
    </div>
  );
}

import { useState } from "react";
import { Button, IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import { Popover } from "../../components/popover";
import { t } from "../../i18n";
import type { ConversationId } from "../../ipc/types";
import { titleOf, useShortcut } from "../../keys/registry";
import { actions } from "../../state/actions";
import { choiceWords } from "../../state/agent-words";
import { agentFor, useStore } from "../../state/store";
import { AgentChoices } from "./agent-choices";
import { focusComposer } from "./use-composer-focus";
import "./agents.css";

/** Who works on the next prompt of this chat, beside the model that answers: nobody, or an agent in a folder. */
export function AgentPicker({ conversationId }: { conversationId: ConversationId | null }) {
  const choice = useStore((state) => agentFor(state, conversationId));
  const [isOpen, setOpen] = useState(false);
  useShortcut("pick-agent", () => {
    setOpen(true);
    return true;
  });
  const words = choice && choiceWords(choice);
  return (
    <span className={`agent-picker ${choice ? "is-chosen" : ""}`}>
      <Popover
        label={t("Who works on it")}
        open={isOpen}
        onOpenChange={setOpen}
        onClosed={() => {
          focusComposer();
          return true;
        }}
        trigger={
          <Button
            small
            kind="quiet"
            icon="bot"
            aria-label={words ? t("Agent: {words}", { words }) : t("No agent")}
            title={isOpen ? undefined : titleOf(choice?.folder ?? words ?? t("No agent"), "pick-agent")}
          >
            <span className="clip agent-picker-words">{words ?? t("No agent")}</span>
            {!choice && <Icon name="chevron-down" size={14} />}
          </Button>
        }
      >
        <AgentChoices conversationId={conversationId} choice={choice} onDone={() => setOpen(false)} />
      </Popover>
      {words && (
        <IconButton
          light
          icon="x"
          label={t("Without {words}", { words })}
          onClick={() => {
            actions.chooseAgent(conversationId, null);
            focusComposer();
          }}
        />
      )}
    </span>
  );
}

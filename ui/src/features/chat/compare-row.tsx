import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { ConversationId } from "../../ipc/types";
import { ChooseModel } from "../../providers/choose-model";
import { actions } from "../../state/actions";
import { agentFor, modelFor, secondFor, useStore } from "../../state/store";
import { modelName } from "../../state/task-words";
import { focusComposer } from "./use-composer-focus";

interface CompareRowProps {
  conversationId: ConversationId | null;
  /** `/compare` was typed, so that a second model is needed. */
  isAsked: boolean;
  /** Whether the models to choose from are shown. */
  isChoosing: boolean;
  onChoosing(isChoosing: boolean): void;
  /** A second model was chosen. */
  onChosen(): void;
}

/** Which second model the next prompt is asked of, under the text field. */
export function CompareRow({ conversationId, isAsked, isChoosing, onChoosing, onChosen }: CompareRowProps) {
  const first = useStore((state) => modelFor(state, conversationId));
  const agent = useStore((state) => agentFor(state, conversationId));
  const second = useStore((state) => secondFor(state, conversationId));
  if (first === null || (second === null && !isAsked)) return null;
  const choose = (id: string | null) => {
    actions.compareWith(conversationId, id);
    focusComposer();
  };
  if (agent) {
    return (
      <p className="composer-hint" id="compare-hint">
        <Icon name="columns" size={14} />
        <span className="grow">
          {t("{agent} works alone, so two models cannot answer side by side.", { agent: agent.name })}
        </span>
        <Button
          small
          onClick={() => {
            actions.chooseAgent(conversationId, null);
            focusComposer();
          }}
        >
          {t("Without an agent")}
        </Button>
      </p>
    );
  }
  return (
    <p className="composer-hint" id="compare-hint">
      <Icon name="columns" size={14} />
      <span className="grow">
        {second === null
          ? t("Which model answers beside {model}?", { model: modelName(first) })
          : t("{first} and {second} answer side by side.", { first: modelName(first), second: modelName(second) })}
      </span>
      <ChooseModel
        label={t("Who answers beside it")}
        chosen={second}
        without={first}
        open={isChoosing}
        onOpenChange={onChoosing}
        onClosed={() => {
          focusComposer();
          return true;
        }}
        onChoose={(id) => {
          choose(id);
          onChosen();
        }}
        trigger={<Button small>{second === null ? t("Choose a model") : t("Another model")}</Button>}
      />
      {second !== null && (
        <Button small kind="quiet" onClick={() => choose(null)}>
          {t("Ask one only")}
        </Button>
      )}
    </p>
  );
}

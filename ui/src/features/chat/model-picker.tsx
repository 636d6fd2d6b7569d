import { useState } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Popover } from "../../components/popover";
import { Segments } from "../../components/segments";
import { t } from "../../i18n";
import type { ConversationId } from "../../ipc/types";
import { titleOf, useShortcut } from "../../keys/registry";
import { ModelList } from "../../providers/model-list";
import { recentModels } from "../../providers/recent-models";
import { actions } from "../../state/actions";
import { agentFor, modelFor, secondFor, useStore } from "../../state/store";
import { modelName, providerName } from "../../state/task-words";
import { focusComposer } from "./use-composer-focus";

/** What the choice is for. */
type Scope = "chat" | "beside" | "new" | "background";

const scopes: readonly { value: Scope; label: string }[] = [
  { value: "chat", label: t("This chat") },
  { value: "beside", label: t("Compare with") },
  { value: "new", label: t("New chats") },
  { value: "background", label: t("Background") },
];

/** An agent works with one model. */
const alone = scopes.filter(({ value }) => value !== "beside");

/** Which model answers next in this chat, and which ones answer where none was chosen. */
export function ModelPicker({ conversationId }: { conversationId: ConversationId | null }) {
  const model = useStore((state) => modelFor(state, conversationId));
  const [isOpen, setOpen] = useState(false);
  const [isChosen, setChosen] = useState(false);
  const toggle = (open: boolean) => {
    if (open) void actions.lookAtModels();
    setChosen(false);
    setOpen(open);
  };
  useShortcut("pick-model", () => {
    toggle(true);
    return true;
  });
  const chose = () => {
    setChosen(true);
    setOpen(false);
  };
  const onClosed = () => {
    if (isChosen) focusComposer();
    return isChosen;
  };
  return (
    <Popover
      label={t("Who answers")}
      open={isOpen}
      onOpenChange={toggle}
      onClosed={onClosed}
      trigger={
        <Button
          small
          kind="quiet"
          className="model-picker"
          aria-label={model ? t("Model: {model}", { model }) : t("Choose a model")}
          // While the list is open its words would lie over the list.
          title={isOpen ? undefined : titleOf(model ?? t("No model"), "pick-model")}
        >
          {model ? (
            <span className="clip">
              <span className="model-picker-provider">{providerName(model)}</span> {modelName(model)}
            </span>
          ) : (
            t("Choose a model")
          )}
          <Icon name="chevron-down" size={14} />
        </Button>
      }
    >
      <Choices conversationId={conversationId} model={model} onChose={chose} />
    </Popover>
  );
}

interface ChoicesProps {
  conversationId: ConversationId | null;
  model: string | null;
  onChose: () => void;
}

function Choices({ conversationId, model, onChose }: ChoicesProps) {
  const [scope, setScope] = useState<Scope>("chat");
  const list = useStore((state) => state.models);
  const isAsking = useStore((state) => state.isAskingModels);
  const { default_model, background_model, favourites } = useStore((state) => state.settings);
  const second = useStore((state) => secondFor(state, conversationId));
  const agent = useStore((state) => agentFor(state, conversationId));
  const chosen = { chat: model, beside: second, new: default_model, background: background_model }[scope];
  const choose = (id: string | null) => {
    if (scope === "new") void actions.saveSettings({ default_model: id });
    else if (scope === "background") void actions.saveSettings({ background_model: id });
    else if (scope === "beside") {
      actions.compareWith(conversationId, id);
      onChose();
    } else if (id !== null) {
      actions.pickModel(conversationId, id);
      onChose();
    }
  };
  return (
    <ModelList
      list={list}
      isAsking={isAsking}
      chosen={chosen}
      without={scope === "beside" ? model : null}
      favourites={favourites}
      recent={recentModels(useStore.getState())}
      none={
        scope === "background"
          ? t("The same as for new chats")
          : scope === "beside"
            ? t("None: one answers")
            : undefined
      }
      onChoose={choose}
      onStar={actions.toggleFavourite}
      onAskAgain={() => void actions.loadModels()}
      foot={
        <Button small kind="quiet" icon="settings" onClick={() => actions.setPage("settings")}>
          {t("Models and keys")}
        </Button>
      }
    >
      <Segments
        label={t("What the choice is for")}
        value={scope}
        options={agent ? alone : scopes}
        onChange={setScope}
      />
      {agent && (
        <p className="model-hint meta">
          {t("{agent} works with one model, so there is none to compare it with.", { agent: agent.name })}
        </p>
      )}
      {scope === "beside" && (
        <p className="model-hint meta">{t("It is asked the next prompt too. Both answers stand side by side.")}</p>
      )}
      {scope === "background" && (
        <p className="model-hint meta">
          {t("For tasks from a terminal or another program that name none. A chat asks the model it shows.")}
        </p>
      )}
    </ModelList>
  );
}

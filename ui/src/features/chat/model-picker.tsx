import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Menu, type MenuItem } from "../../components/menu";
import type { ConversationId, Models } from "../../ipc/types";
import { actions } from "../../state/actions";
import { modelFor, useStore } from "../../state/store";
import { modelName, providerName } from "../../state/task-words";
import { focusComposer } from "./use-composer-focus";

/** Which model answers next in this chat. */
export function ModelPicker({ conversationId }: { conversationId: ConversationId | null }) {
  const model = useStore((state) => modelFor(state, conversationId));
  const models = useStore((state) => state.models);
  if (model === null && models === null) {
    return (
      <Button small kind="quiet" onClick={() => actions.setPage("settings")}>
        Choose a model
      </Button>
    );
  }
  // Asked when the hand goes there: every provider answers for itself, and that takes a moment.
  const look = () => {
    if (!useStore.getState().models) void actions.loadModels();
  };
  return (
    <Menu
      align="start"
      heading="Who answers"
      onChosen={focusComposer}
      trigger={
        <Button
          small
          kind="quiet"
          className="model-picker"
          aria-label={`Model: ${model ?? "none"}`}
          title={model ?? ""}
          onPointerEnter={look}
          onFocus={look}
        >
          <span className="clip">{model ? modelName(model) : "Choose a model"}</span>
          <Icon name="chevron-down" size={14} />
        </Button>
      }
      items={itemsOf(models, model, conversationId)}
    />
  );
}

function itemsOf(models: Models | null, chosen: string | null, conversationId: ConversationId | null): MenuItem[] {
  const items: MenuItem[] = (models?.models ?? []).map((model) => ({
    label: model.name,
    note: model.provider,
    checked: model.id === chosen,
    onSelect: () => actions.pickModel(conversationId, model.id),
  }));
  if (chosen && !items.some((item) => item.checked)) {
    items.unshift({ label: modelName(chosen), note: providerName(chosen), checked: true, onSelect: () => {} });
  }
  for (const problem of models?.problems ?? []) {
    items.push({
      label: problem.provider,
      note: problem.message,
      icon: "triangle-alert",
      onSelect: () => actions.setPage("settings"),
    });
  }
  if (!models) items.push({ label: "Asking the providers", icon: "clock", onSelect: () => void actions.loadModels() });
  else items.push({ label: "Ask the providers again", icon: "rotate-ccw", onSelect: () => void actions.loadModels() });
  items.push({
    label: "Models and keys",
    icon: "settings",
    separatorBefore: true,
    onSelect: () => actions.setPage("settings"),
  });
  return items;
}

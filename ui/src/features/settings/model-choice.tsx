import { useState } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Popover } from "../../components/popover";
import { ModelList } from "../../providers/model-list";
import { recentModels } from "../../providers/recent-models";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";

interface ModelChoiceProps {
  /** What the model is for. */
  label: string;
  chosen: string | null;
  /** Instead of the name, while none is chosen. */
  words: string;
  /** A choice of no model; left out where there has to be one. */
  none?: string;
  onChoose: (model: string | null) => void;
  /** Where the focus goes when the list closed; false leaves it to the button. */
  onClosed?: () => boolean;
}

/** A button that names a model, and the list behind it. */
export function ModelChoice({ label, chosen, words, none, onChoose, onClosed }: ModelChoiceProps) {
  const list = useStore((state) => state.models);
  const isAsking = useStore((state) => state.isAskingModels);
  const favourites = useStore((state) => state.settings.favourites);
  const [isOpen, setOpen] = useState(false);
  const toggle = (open: boolean) => {
    if (open) void actions.lookAtModels();
    setOpen(open);
  };
  return (
    <Popover
      label={label}
      open={isOpen}
      onOpenChange={toggle}
      {...(onClosed && { onClosed })}
      trigger={
        <Button className="set-pick set-choice" aria-label={`${label}: ${chosen ?? words}`} title={chosen ?? undefined}>
          <span className={`grow clip ${chosen ? "" : "soft"}`}>{chosen ?? words}</span>
          <Icon name="chevron-down" size={14} />
        </Button>
      }
    >
      <ModelList
        list={list}
        isAsking={isAsking}
        chosen={chosen}
        favourites={favourites}
        recent={recentModels(useStore.getState())}
        none={none}
        onChoose={(model) => {
          setOpen(false);
          onChoose(model);
        }}
        onStar={actions.toggleFavourite}
        onAskAgain={() => void actions.loadModels()}
      />
    </Popover>
  );
}

import { type ReactNode, useState } from "react";
import { Popover } from "../../components/popover";
import { ModelList } from "../../providers/model-list";
import { recentModels } from "../../providers/recent-models";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";

interface ChooseModelProps {
  /** What the choice is for, for speech. */
  label: string;
  trigger: ReactNode;
  /** The one it has now; to choose it is no choice. */
  chosen: string;
  onChoose(id: string): void;
}

/** A button that asks for a model. */
export function ChooseModel({ label, trigger, chosen, onChoose }: ChooseModelProps) {
  const [isOpen, setOpen] = useState(false);
  const toggle = (open: boolean) => {
    if (open) void actions.lookAtModels();
    setOpen(open);
  };
  const choose = (id: string | null) => {
    setOpen(false);
    if (id !== null && id !== chosen) onChoose(id);
  };
  return (
    <Popover label={label} open={isOpen} onOpenChange={toggle} trigger={trigger}>
      <Choices chosen={chosen} onChoose={choose} />
    </Popover>
  );
}

function Choices({ chosen, onChoose }: { chosen: string; onChoose: (id: string | null) => void }) {
  const list = useStore((state) => state.models);
  const isAsking = useStore((state) => state.isAskingModels);
  const favourites = useStore((state) => state.settings.favourites);
  return (
    <ModelList
      list={list}
      isAsking={isAsking}
      chosen={chosen}
      favourites={favourites}
      recent={recentModels(useStore.getState())}
      onChoose={onChoose}
      onStar={actions.toggleFavourite}
      onAskAgain={() => void actions.loadModels()}
    />
  );
}

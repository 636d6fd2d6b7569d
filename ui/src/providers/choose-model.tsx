import { type ReactNode, useEffect, useState } from "react";
import { Popover } from "../components/popover";
import { actions } from "../state/actions";
import { useStore } from "../state/store";
import { ModelList } from "./model-list";
import { recentModels } from "./recent-models";

interface ChooseModelProps {
  /** What the choice is for, for speech. */
  label: string;
  trigger: ReactNode;
  /** The one it has now; to choose it is no choice. */
  chosen: string | null;
  /** Not offered, because it is taken already. */
  without?: string;
  /** Whether it is open, where something else than its button can open it. */
  open?: boolean;
  onOpenChange?(open: boolean): void;
  /** The one it has now is what did not work: the first other one is marked. */
  wantsOther?: boolean;
  /** When it closes: where the focus goes, instead of back to the button. False leaves that to the button. */
  onClosed?: () => boolean;
  onChoose(id: string): void;
}

/** A button that asks for a model. */
export function ChooseModel({ label, trigger, open, onOpenChange, onClosed, onChoose, ...choices }: ChooseModelProps) {
  const [isOwnOpen, setOwnOpen] = useState(false);
  const isOpen = open ?? isOwnOpen;
  const toggle = onOpenChange ?? setOwnOpen;
  useEffect(() => {
    if (isOpen) void actions.lookAtModels();
  }, [isOpen]);
  const choose = (id: string | null) => {
    toggle(false);
    if (id !== null && id !== choices.chosen) onChoose(id);
  };
  return (
    <Popover label={label} open={isOpen} onOpenChange={toggle} {...(onClosed && { onClosed })} trigger={trigger}>
      <Choices {...choices} onChoose={choose} />
    </Popover>
  );
}

type ChoicesProps = Pick<ChooseModelProps, "chosen" | "without" | "wantsOther"> & {
  onChoose: (id: string | null) => void;
};

function Choices({ chosen, without, wantsOther = false, onChoose }: ChoicesProps) {
  const list = useStore((state) => state.models);
  const isAsking = useStore((state) => state.isAskingModels);
  const favourites = useStore((state) => state.settings.favourites);
  return (
    <ModelList
      list={list}
      isAsking={isAsking}
      chosen={chosen}
      without={without ?? null}
      wantsOther={wantsOther}
      favourites={favourites}
      recent={recentModels(useStore.getState())}
      onChoose={onChoose}
      onStar={actions.toggleFavourite}
      onAskAgain={() => void actions.loadModels()}
    />
  );
}

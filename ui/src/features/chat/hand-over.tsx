import { useState } from "react";
import { Button } from "../../components/button";
import { Popover } from "../../components/popover";
import type { Task } from "../../ipc/types";
import { ModelList } from "../../providers/model-list";
import { recentModels } from "../../providers/recent-models";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";

/** Has another model go on with what this one cannot finish. */
export function HandOver({ task }: { task: Task }) {
  const [isOpen, setOpen] = useState(false);
  const list = useStore((state) => state.models);
  const isAsking = useStore((state) => state.isAskingModels);
  const favourites = useStore((state) => state.settings.favourites);
  const toggle = (open: boolean) => {
    if (open) void actions.lookAtModels();
    setOpen(open);
  };
  return (
    <Popover
      label="Who goes on"
      open={isOpen}
      onOpenChange={toggle}
      trigger={<Button small>Go on with another model</Button>}
    >
      <ModelList
        list={list}
        isAsking={isAsking}
        chosen={task.model}
        favourites={favourites}
        recent={recentModels(useStore.getState())}
        onChoose={(id) => {
          setOpen(false);
          if (id !== null && id !== task.model) void actions.handOver(task.id, id);
        }}
        onStar={actions.toggleFavourite}
        onAskAgain={() => void actions.loadModels()}
      />
    </Popover>
  );
}

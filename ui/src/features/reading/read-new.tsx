import { useShallow } from "zustand/react/shallow";
import { Button } from "../../components/button";
import { counted } from "../../components/counted";
import { toast } from "../../components/toast";
import { keysOf, useShortcut } from "../../keys/registry";
import { startReading, unreadTasks } from "../../state/reading";
import { useStore } from "../../state/store";
import "./reading.css";

/** From how many on reading one after the other is worth a button. */
const SEVERAL = 2;

/** Offers to read what is new, one after the other; nothing while there is hardly any. */
export function ReadNew() {
  const found = useStore(
    useShallow((state) => (state.summary.unread + state.summary.failed > 0 ? unreadTasks(state) : [])),
  );
  if (found.length < SEVERAL) return null;
  return (
    <Button small className="read-new" icon="came-back" keys={keysOf("read-new")} onClick={() => startReading()}>
      Read {counted(found.length, "new result")}
    </Button>
  );
}

/** The same from anywhere. */
export function useReadNew(): void {
  useShortcut("read-new", () => {
    if (!startReading()) toast({ text: "There is nothing new to read." });
    return true;
  });
}

import { Button } from "../../components/button";
import { toast } from "../../components/toast";
import { t } from "../../i18n";
import { keysOf, useShortcut } from "../../keys/registry";
import { startReading } from "../../state/reading";
import { useStore } from "../../state/store";

/** From how many on reading one after the other is worth a button. */
const SEVERAL = 2;

/** Offers to read what is new, one after the other; nothing while there is hardly any. */
export function ReadNew() {
  const n = useStore(({ summary }) => summary.unread + summary.failed);
  if (n < SEVERAL) return null;
  return (
    <Button small className="read-new" icon="came-back" keys={keysOf("read-new")} onClick={() => startReading()}>
      {t("Read {n, plural, one {# new result} other {# new results}}", { n })}
    </Button>
  );
}

/** The same from anywhere. */
export function useReadNew(): void {
  useShortcut("read-new", () => {
    if (!startReading()) toast({ text: t("There is nothing new to read.") });
    return true;
  });
}

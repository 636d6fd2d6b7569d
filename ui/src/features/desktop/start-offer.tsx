import { useEffect, useState } from "react";
import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { toast } from "../../components/toast";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import "./start-offer.css";

/** Offered once, when work that was cut has gone on: with Meanwhile in the session it would have gone on earlier. */
export function StartOffer() {
  const isLive = useStore((state) => state.connection === "live");
  const isAnswered = useStore((state) => state.settings.start_offered || !state.settings.welcomed);
  // One thing at a time: what asks, and what came back, need the room.
  const isInTheWay = useStore(
    ({ summary, away, reading }) => summary.needs_you > 0 || away !== null || reading !== null,
  );
  const [isMeant, setMeant] = useState(false);
  useEffect(() => {
    if (!isLive || isAnswered) return;
    // Who cannot be asked is not offered anything.
    actions.startOffer().then(setMeant, () => setMeant(false));
  }, [isLive, isAnswered]);
  if (!isMeant || isAnswered || isInTheWay) return null;
  const accept = async () => {
    try {
      await actions.setAutostart(true);
      toast({ text: t("Meanwhile starts when you log in."), icon: "check" });
    } catch (error) {
      toast({ text: t("Meanwhile will not start by itself."), detail: wordsOf(error), icon: "triangle-alert" });
    }
  };
  return (
    <aside className="start-offer" aria-label={t("Start when I log in")}>
      <Note
        kind="mean"
        icon="rotate-ccw"
        actions={
          <>
            <Button small onClick={() => void accept()}>
              {t("Start when I log in")}
            </Button>
            <Button small kind="quiet" onClick={() => void actions.saveSettings({ start_offered: true })}>
              {t("No, thanks")}
            </Button>
          </>
        }
      >
        {t(
          "Work that was cut went on when you started Meanwhile. It can start hidden when you log in, and such work goes on without you.",
        )}
      </Note>
    </aside>
  );
}

import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import { backgroundKeys, keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { agentFor, modelFor, useStore } from "../../state/store";

/** A chat in which nothing was asked yet. */
export function NewChat() {
  const isLive = useStore((state) => state.connection === "live");
  const hasModel = useStore((state) => modelFor(state, null) !== null || agentFor(state, null) !== null);
  if (!isLive) return <div className="new-chat" />;
  if (!hasModel) {
    return (
      <div className="new-chat">
        <Icon name="mark" size={32} />
        <h2>{t("No model yet")}</h2>
        <p>
          {t("Meanwhile asks a model that you choose: one on this computer, one behind a key, or the practice model.")}
        </p>
        <Button kind="main" onClick={() => actions.setPage("welcome")}>
          {t("Choose a model")}
        </Button>
      </div>
    );
  }
  return (
    <div className="new-chat">
      <Icon name="mark" size={32} />
      <h2>{t("What should be done?")}</h2>
      <p>
        {t(
          "Press {keys} and watch the answer here. {away} sends it to the background: you go on, and the answer comes back to this place.",
          { keys: keysOf("send"), away: backgroundKeys() },
        )}
      </p>
    </div>
  );
}

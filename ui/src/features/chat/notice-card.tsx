import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";

/** Asks once about desktop notices, after the first prompt of this chat went to the background. */
export function NoticeCard() {
  const isAsked = useStore((state) => state.settings.notices !== null);
  const wentAway = useStore(
    (state) =>
      state.thread?.turns.some((turn) => turn.tasks.some((id) => state.tasks[id]?.lane === "background")) ?? false,
  );
  if (isAsked || !wentAway) return null;
  return (
    <aside className="notice-card" aria-label={t("Desktop notices")}>
      <Icon name="bell" />
      <span className="grow">{t("Want a desktop notice when background work is done?")}</span>
      <Button small onClick={() => void actions.saveSettings({ notices: true })}>
        {t("Enable notifications")}
      </Button>
      <Button small kind="quiet" onClick={() => void actions.saveSettings({ notices: false })}>
        {t("Not now")}
      </Button>
    </aside>
  );
}

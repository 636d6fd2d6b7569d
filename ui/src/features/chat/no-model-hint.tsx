import { Icon } from "../../components/icon";
import { t } from "../../i18n";

/** The way to a model is where its name would stand, just above. */
export function NoModelHint() {
  return (
    <p className="composer-hint">
      <Icon name="key-round" size={14} />
      <span className="grow">{t("No model yet, so nothing can be sent. What you write is kept.")}</span>
    </p>
  );
}

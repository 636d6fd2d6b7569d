import { useEffect } from "react";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { ConversationId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { unpricedFor, useStore } from "../../state/store";
import { modelName } from "../../state/task-words";

/** Says before something is sent that dollars cannot be counted with its model. */
export function PriceRow({ conversationId }: { conversationId: ConversationId | null }) {
  const isCapped = useStore((state) => state.settings.task_budget.usd !== null);
  const unpriced = useStore((state) => unpricedFor(state, conversationId));
  useEffect(() => {
    if (isCapped) void actions.lookAtModels();
  }, [isCapped]);
  if (!isCapped || unpriced === null) return null;
  return (
    <p className="composer-hint">
      <Icon name="wallet" size={14} />
      <span className="grow">
        {t(
          "The price of {model} is not known, so in the background you are asked before it goes on: your cap is in dollars.",
          { model: modelName(unpriced) },
        )}
      </span>
    </p>
  );
}

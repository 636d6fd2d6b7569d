import { t } from "../../i18n";
import type { Budget, Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { USUAL_STEPS } from "../../state/budget";
import { Amount } from "./amount";
import { Row } from "./section";

/** What a background task may use before you are asked. */
export function BudgetRows({ settings }: { settings: Settings }) {
  const { task_budget: budget } = settings;
  const keep = (part: Partial<Budget>) => void actions.saveSettings({ task_budget: { ...budget, ...part } });
  return (
    <div className="set-card">
      <Row
        label={t("Ask me when a task costs more than")}
        hint={t(
          "US dollars. You are also asked before a model goes on whose price is not known. Empty for as much as it takes.",
        )}
      >
        <Amount
          label={t("Dollars for a task")}
          value={budget.usd}
          step="any"
          unit="$"
          onKeep={(usd) => keep({ usd })}
        />
      </Row>
      <Row label={t("Ask me when a task writes more than")} hint={t("Tokens, about four letters each.")}>
        <Amount
          label={t("Tokens for a task")}
          value={budget.tokens}
          step="1"
          unit=""
          onKeep={(tokens) => keep({ tokens })}
        />
      </Row>
      <Row
        label={t("Ask me when an agent takes more steps than")}
        hint={t("Reading a file is one. Empty for {n}.", { n: USUAL_STEPS })}
      >
        <Amount
          label={t("Steps for a task")}
          value={budget.steps ?? null}
          step="1"
          unit=""
          empty={String(USUAL_STEPS)}
          onKeep={(steps) => keep({ steps })}
        />
      </Row>
    </div>
  );
}

import { Button } from "../../components/button";
import { t } from "../../i18n";
import type { DayLimit, Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Amount } from "./amount";
import { Row, Section } from "./section";

/** What a day may use before you are asked, and the way to what was used. */
export function UsageSection({ settings }: { settings: Settings }) {
  const { day_limit: limit } = settings;
  // What was allowed on top was allowed on top of the other one.
  const keep = (part: Partial<DayLimit>) => void actions.saveSettings({ day_limit: { ...limit, more: null, ...part } });
  return (
    <Section id="usage" title={t("Usage")}>
      <div className="set-card">
        <Row
          label={t("Ask me when a day costs more than")}
          hint={t(
            "US dollars, all chats and tasks together. What a model without a known price costs cannot be counted, so it is not limited. Empty for as much as it takes.",
          )}
        >
          <Amount
            label={t("Dollars for a day")}
            value={limit.usd}
            step="any"
            unit="$"
            onKeep={(usd) => keep({ usd })}
          />
        </Row>
        <Row
          label={t("Ask me when more is written in a day than")}
          hint={t("Tokens, about four letters each, of all models.")}
        >
          <Amount
            label={t("Tokens for a day")}
            value={limit.tokens}
            step="1"
            unit=""
            onKeep={(tokens) => keep({ tokens })}
          />
        </Row>
        <Row label={t("What was used")} hint={t("Tokens and dollars, by day, model and chat.")}>
          <Button small onClick={() => actions.setPage("usage")}>
            {t("Open usage")}
          </Button>
        </Row>
      </div>
    </Section>
  );
}

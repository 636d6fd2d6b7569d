import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { t } from "../../i18n";
import type { UsageReport } from "../../ipc/types";
import { actions } from "../../state/actions";
import { moreLabel } from "../../state/day-limit";
import { useStore } from "../../state/store";
import { money } from "../../state/task-words";
import { costWords } from "./words";

/** How today stands against its limit, if it has one. */
export function TodayNote({ report: { days, limit_usd, limit_tokens } }: { report: UsageReport }) {
  const limit = useStore((state) => state.settings.day_limit);
  const waiting = useStore((state) => Object.values(state.tasks).filter(waitsForDay).length);
  const today = days.at(-1)?.spent;
  if (!today) return null;
  const change = (
    <Button small onClick={() => actions.openSettings("usage")}>
      {limit_usd === null && limit_tokens === null ? t("Set a limit for a day") : t("Change the limit")}
    </Button>
  );
  const parts = [
    ...(limit_usd === null ? [] : [t("{cost} of {limit}", { cost: costWords(today), limit: money(limit_usd) })]),
    ...(limit_tokens === null
      ? []
      : [t("{n, number} of {limit, number} written tokens", { n: today.output_tokens, limit: limit_tokens })]),
  ];
  const isUsedUp =
    (limit_usd !== null && (today.cost_usd ?? 0) >= limit_usd) ||
    (limit_tokens !== null && today.output_tokens >= limit_tokens);
  const isWarning = isUsedUp || waiting > 0;
  return (
    <Note
      kind={isWarning ? "you" : "plain"}
      icon={isWarning ? "triangle-alert" : "info"}
      actions={
        <>
          {waiting > 0 && (
            <Button small kind="main" onClick={() => void actions.allowToday()}>
              {moreLabel(limit)}
            </Button>
          )}
          {change}
        </>
      }
    >
      <span className="num">
        {parts.length === 0
          ? t("Today: {cost}. A day has no limit.", { cost: costWords(today) })
          : isUsedUp
            ? t("Today's limit is used up: {amounts}.", { amounts: parts.join(", ") })
            : t("Today: {amounts}.", { amounts: parts.join(", ") })}
      </span>
      {waiting > 0 &&
        ` ${t("{n, plural, one {# task waits for more.} other {# tasks wait for more.}}", { n: waiting })}`}
    </Note>
  );
}

function waitsForDay({ state, reason }: { state: string; reason: string | null }): boolean {
  return state === "waiting" && reason === "day_limit";
}

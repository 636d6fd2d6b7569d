import { Button } from "../../components/button";
import { grouped } from "../../components/counted";
import { Note } from "../../components/note";
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
      {limit_usd === null && limit_tokens === null ? "Set a limit for a day" : "Change the limit"}
    </Button>
  );
  const parts = [
    ...(limit_usd === null ? [] : [`${costWords(today)} of ${money(limit_usd)}`]),
    ...(limit_tokens === null ? [] : [`${grouped(today.output_tokens)} of ${grouped(limit_tokens)} written tokens`]),
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
          ? `Today: ${costWords(today)}. A day has no limit.`
          : `${isUsedUp ? "Today's limit is used up" : "Today"}: ${parts.join(", ")}.`}
      </span>
      {waiting > 0 && ` ${waiting === 1 ? "1 task waits" : `${grouped(waiting)} tasks wait`} for more.`}
    </Note>
  );
}

function waitsForDay({ state, reason }: { state: string; reason: string | null }): boolean {
  return state === "waiting" && reason === "day_limit";
}

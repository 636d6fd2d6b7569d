import { useState } from "react";
import { Button } from "../components/button";
import { Icon } from "../components/icon";
import { Note } from "../components/note";
import { duration } from "../components/time";
import { t } from "../i18n";
import type { Call, Task } from "../ipc/types";
import { CallTexts } from "./call-texts";
import { StepSign, stateOf } from "./step-list";
import { useCalls } from "./use-calls";
import "./call-list.css";

/** Steps that are there at once. */
const NEWEST = 20;

/** Everything an agent had done, each with what it was asked for and what came of it. */
export function CallList({ task }: { task: Task }) {
  const { calls, error } = useCalls(task, true);
  const [isWhole, setWhole] = useState(false);
  const all = calls ?? [];
  const shown = isWhole ? all : all.slice(-NEWEST);
  const hidden = all.length - shown.length;
  return (
    <>
      {error && (
        <Note kind="fail" icon="octagon-x">
          {t("The steps could not be read.")} {error}
        </Note>
      )}
      {hidden > 0 && (
        <Button small kind="quiet" className="call-earlier" onClick={() => setWhole(true)}>
          {t("{n, plural, one {# earlier step} other {# earlier steps}}", { n: hidden })}
        </Button>
      )}
      {shown.length > 0 && (
        <ol className="call-list" aria-label={t("Steps")}>
          {shown.map((call) => (
            <CallRow key={call.number} call={call} />
          ))}
        </ol>
      )}
    </>
  );
}

function CallRow({ call }: { call: Call }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <button type="button" className="call-line" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <StepSign state={stateOf(call.state)} />
        <span className="call-label">{call.label}</span>
        <span className="meta num">{[call.fact, tookOf(call)].filter(Boolean).join(", ")}</span>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={14} />
      </button>
      {isOpen && <CallTexts call={call} />}
    </li>
  );
}

function tookOf({ started_at, ended_at }: Call): string {
  const ms = started_at && ended_at ? Date.parse(ended_at) - Date.parse(started_at) : 0;
  return ms >= 1_000 ? duration(ms) : "";
}

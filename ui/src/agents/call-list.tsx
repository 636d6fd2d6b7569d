import { useEffect, useRef, useState } from "react";
import { Button } from "../components/button";
import { counted, grouped } from "../components/counted";
import { Icon } from "../components/icon";
import { Note } from "../components/note";
import { duration } from "../components/time";
import { useAnswer } from "../components/use-answer";
import type { Call, Task } from "../ipc/types";
import { actions } from "../state/actions";
import { StepSign, stateOf } from "./step-list";
import "./call-list.css";

/** Steps that are there at once. */
const NEWEST = 20;
/** Letters of a result that are there at once. */
const SHORT = 1_200;

/** Everything an agent had done, each with what it was asked for and what came of it. */
export function CallList({ task }: { task: Task }) {
  const { value, error, again } = useAnswer(() => actions.calls(task.id));
  const [isWhole, setWhole] = useState(false);
  const head = useRef(task.head);
  useEffect(() => {
    if (head.current === task.head) return;
    head.current = task.head;
    again();
  }, [task.head, again]);
  const all = value ?? [];
  const shown = isWhole ? all : all.slice(-NEWEST);
  const hidden = all.length - shown.length;
  return (
    <>
      {error && (
        <Note kind="fail" icon="octagon-x">
          The steps could not be read. {error}
        </Note>
      )}
      {hidden > 0 && (
        <Button small kind="quiet" className="call-earlier" onClick={() => setWhole(true)}>
          {counted(hidden, "earlier step")}
        </Button>
      )}
      {shown.length > 0 && (
        <ol className="call-list" aria-label="Steps">
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
      {isOpen && (
        <div className="call-more">
          <Text label={`Step ${call.number} asks ${call.tool}`} text={readable(call.arguments)} />
          {call.result && <Text label="What came of it" text={call.result} />}
        </div>
      )}
    </li>
  );
}

function Text({ label, text }: { label: string; text: string }) {
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && text.length > SHORT + 200;
  return (
    <>
      <h4 className="meta">{label}</h4>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section className="call-text" aria-label={label} tabIndex={0}>
        {isCut ? `${text.slice(0, SHORT)}…` : text}
      </section>
      {isCut && (
        <Button small kind="quiet" onClick={() => setWhole(true)}>
          Show all {grouped(text.length)} letters
        </Button>
      )}
    </>
  );
}

/** As people write it; what is no JSON stays as it is. */
function readable(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null) return json;
    return Object.entries(value)
      .map(([name, part]) => `${name}: ${typeof part === "string" ? part : JSON.stringify(part)}`)
      .join("\n");
  } catch {
    return json;
  }
}

function tookOf({ started_at, ended_at }: Call): string {
  const ms = started_at && ended_at ? Date.parse(ended_at) - Date.parse(started_at) : 0;
  return ms >= 1_000 ? duration(ms) : "";
}

import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "../components/button";
import { TextField } from "../components/field";
import { Icon } from "../components/icon";
import { Menu } from "../components/menu";
import type { Approval, Decision } from "../ipc/types";
import { keysOf } from "../keys/registry";

interface ActsProps {
  asked: Approval;
  /** A yes counts: it has been in sight long enough. */
  isArmed: boolean;
  /** The reason for a no can be written. */
  isRefusing: boolean;
  onRefusing: (is: boolean) => void;
  onDecide: (decision: Decision, words: string | null) => void;
  onStop: () => void;
}

/** Yes or no to something that would be done. None of them is what Enter does. */
export function YesActs({ cover, ...props }: ActsProps & { cover: string | null; never: string | null }) {
  const { isArmed, isRefusing, onRefusing, onDecide, onStop } = props;
  if (isRefusing) {
    return (
      <Refusal
        label="Tell it why (optional)"
        act="Do not do it"
        never={props.never}
        onDecide={onDecide}
        onLeave={() => onRefusing(false)}
      />
    );
  }
  return (
    <>
      <div className="approval-acts">
        <Button keys={keysOf("reject")} title={`Not this, ${keysOf("reject")}`} onClick={() => onRefusing(true)}>
          Not this
        </Button>
        <Button
          kind="main"
          keys={keysOf("allow")}
          title={`Allow once, ${keysOf("allow")}`}
          disabled={!isArmed}
          onClick={() => onDecide("allow_once", null)}
        >
          Allow once
        </Button>
        {cover !== null && (
          <Menu
            align="start"
            trigger={
              <Button disabled={!isArmed}>
                Allow… <Icon name="chevron-down" size={14} />
              </Button>
            }
            items={[
              { label: "For the rest of this task", hint: `${cover}.`, onSelect: () => onDecide("allow_task", null) },
              {
                label: "Always in this folder",
                hint: `${cover}, by any agent, for 90 days. You can take it back in the settings.`,
                onSelect: () => onDecide("allow_always", null),
              },
            ]}
          />
        )}
        <Button small kind="quiet" className="approval-stop" onClick={onStop}>
          Stop the task
        </Button>
      </div>
      {cover === null && <p className="meta">{onceWords(props.asked)}</p>}
    </>
  );
}

function onceWords({ detail }: Approval): string {
  if (detail.kind !== "command") return "Without a folder it can be allowed only once.";
  return detail.is_contained
    ? "A command that reaches the network is asked about each time."
    : "A command that nothing keeps in its folder is asked about each time.";
}

/** Answers to choose from, and one of your own. */
export function AnswerActs({ asked, isArmed, isRefusing, onRefusing, onDecide, onStop }: ActsProps) {
  const [text, setText] = useState("");
  const options = asked.detail.kind === "question" ? asked.detail.options : [];
  const answer = (words: string) => onDecide("allow_once", words);
  if (isRefusing) {
    return (
      <Refusal
        label="Tell it why (optional)"
        act="Do not answer"
        onDecide={onDecide}
        onLeave={() => onRefusing(false)}
      />
    );
  }
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (isArmed && text.trim() !== "") answer(text.trim());
  };
  return (
    <>
      {options.length > 0 && (
        <div className="approval-acts">
          {options.map((option) => (
            <Button key={option} disabled={!isArmed} onClick={() => answer(option)}>
              {option}
            </Button>
          ))}
        </div>
      )}
      <form className="approval-answer" onSubmit={send}>
        <TextField
          label={options.length > 0 ? "Or answer in your own words" : "Your answer"}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" kind={text.trim() === "" ? "plain" : "main"} disabled={!isArmed || text.trim() === ""}>
          Answer
        </Button>
      </form>
      <div className="approval-acts">
        <Button small kind="quiet" onClick={() => onRefusing(true)}>
          Do not answer
        </Button>
        <Button small kind="quiet" className="approval-stop" onClick={onStop}>
          Stop the task
        </Button>
      </div>
    </>
  );
}

interface RefusalProps {
  label: string;
  act: string;
  /** What a standing no would cover. */
  never?: string | null;
  onDecide: ActsProps["onDecide"];
  onLeave: () => void;
}

/** A no, with the reason if there is one to tell. Esc goes back. */
function Refusal({ label, act, never = null, onDecide, onLeave }: RefusalProps) {
  const [why, setWhy] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const send = (event: FormEvent) => {
    event.preventDefault();
    onDecide("reject", why.trim() || null);
  };
  return (
    <form
      className="approval-answer"
      onSubmit={send}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onLeave();
      }}
    >
      <TextField ref={field} label={label} value={why} onChange={(event) => setWhy(event.target.value)} />
      <Button type="submit" kind="main">
        {act}
      </Button>
      {never !== null && (
        <Button
          title="You can take it back in the settings"
          onClick={() => onDecide("reject_always", why.trim() || null)}
        >
          Never here
        </Button>
      )}
      <Button kind="quiet" onClick={onLeave}>
        Back
      </Button>
      {never !== null && (
        <p className="meta approval-never">
          Never here forbids from now on: {never.charAt(0).toLowerCase() + never.slice(1)}, by any agent, for 90 days.
        </p>
      )}
    </form>
  );
}

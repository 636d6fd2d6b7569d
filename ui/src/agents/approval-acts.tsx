import { type FormEvent, useState } from "react";
import { Button } from "../components/button";
import { TextField } from "../components/field";
import { Icon } from "../components/icon";
import { Menu } from "../components/menu";
import { t } from "../i18n";
import type { Approval, Decision } from "../ipc/types";
import { keysOf, titleOf } from "../keys/registry";

interface ActsProps {
  asked: Approval;
  /** A yes counts: it has been in sight long enough. */
  isArmed: boolean;
  onRefuse: () => void;
  onDecide: (decision: Decision, words: string | null) => void;
  /** Somebody wants to stop it, and is asked once. */
  onEnd: () => void;
}

/** Yes or no to something that would be done. None of them is what Enter does. */
export function YesActs({ asked, cover, isArmed, onRefuse, onDecide, onEnd }: ActsProps & { cover: string | null }) {
  return (
    <>
      <div className="approval-acts">
        <Button keys={keysOf("reject")} title={titleOf(t("Not this"), "reject")} onClick={onRefuse}>
          {t("Not this")}
        </Button>
        <Button
          kind="main"
          keys={keysOf("allow")}
          title={titleOf(t("Allow once"), "allow")}
          disabled={!isArmed}
          onClick={() => onDecide("allow_once", null)}
        >
          {t("Allow once")}
        </Button>
        {cover !== null && (
          <Menu
            align="start"
            trigger={
              <Button disabled={!isArmed}>
                {t("Allow…")} <Icon name="chevron-down" size={14} />
              </Button>
            }
            items={[
              {
                label: t("For the rest of this task"),
                hint: `${cover}.`,
                onSelect: () => onDecide("allow_task", null),
              },
              {
                label: alwaysWords(asked),
                hint: alwaysHint(asked, cover),
                onSelect: () => onDecide("allow_always", null),
              },
            ]}
          />
        )}
        <Button small kind="quiet" className="approval-stop" onClick={onEnd}>
          {t("Stop the task")}
        </Button>
      </div>
      {cover === null && <p className="meta">{onceWords(asked)}</p>}
    </>
  );
}

/** A yes for a tool of a server knows no folder. */
function alwaysWords({ detail }: Approval): string {
  if (detail.kind === "page") return t("Always from this host");
  if (detail.kind === "remote") return t("Always for this tool of {server}", { server: detail.server });
  return t("Always in this folder");
}

function alwaysHint({ detail }: Approval, cover: string): string {
  const what =
    detail.kind === "remote"
      ? t("{cover}, in every folder, by any agent, for 90 days.", { cover })
      : t("{cover}, by any agent, for 90 days.", { cover });
  return `${what} ${t("You can take it back in the settings.")}`;
}

function onceWords({ detail }: Approval): string {
  if (detail.kind === "page") return t("A computer in your own network is asked about each time.");
  if (detail.kind !== "command") return t("Without a folder it can be allowed only once.");
  return detail.is_contained
    ? t("A command that reaches the network is asked about each time.")
    : t("A command that nothing keeps in its folder is asked about each time.");
}

/** Answers to choose from, and one of your own. */
export function AnswerActs({ asked, isArmed, onRefuse, onDecide, onEnd }: ActsProps) {
  const [text, setText] = useState("");
  const options = asked.detail.kind === "question" ? asked.detail.options : [];
  const answer = (words: string) => onDecide("allow_once", words);
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
          label={options.length > 0 ? t("Or answer in your own words") : t("Your answer")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" kind={text.trim() === "" ? "plain" : "main"} disabled={!isArmed || text.trim() === ""}>
          {t("Answer ~verb")}
        </Button>
      </form>
      <div className="approval-acts">
        <Button small kind="quiet" onClick={onRefuse}>
          {t("Do not answer")}
        </Button>
        <Button small kind="quiet" className="approval-stop" onClick={onEnd}>
          {t("Stop the task")}
        </Button>
      </div>
    </>
  );
}

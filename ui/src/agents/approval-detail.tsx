import { useRef } from "react";
import { Icon, type IconName } from "../components/icon";
import { Note } from "../components/note";
import { rich, t } from "../i18n";
import type { Approval, Detail } from "../ipc/types";
import { folderName } from "../state/agent-words";
import { DiffView } from "./diff-view";
import { useEndSeen } from "./use-end-seen";

interface ApprovalDetailProps {
  asked: Approval;
  /** All of it was in sight. */
  onEnd: () => void;
}

/** Exactly what would happen. */
export function ApprovalDetail({ asked: { detail, tool }, onEnd }: ApprovalDetailProps) {
  switch (detail.kind) {
    case "diff":
      return <DiffView diff={detail} onEnd={onEnd} />;
    case "command":
      return <Command command={detail} onEnd={onEnd} />;
    case "remote":
      return <Remote remote={detail} onEnd={onEnd} />;
    case "page":
      return <Page page={detail} onEnd={onEnd} />;
    case "question":
      return <p className="approval-question">{detail.text}</p>;
    case "none":
      return <p className="meta">{t("It uses {tool}. There is nothing more to show.", { tool })}</p>;
    default:
      return unknown(detail);
  }
}

interface CommandProps {
  command: Extract<Detail, { kind: "command" }>;
  onEnd: () => void;
}

function Command({ command, onEnd }: CommandProps) {
  const box = useRef<HTMLElement>(null);
  useEndSeen(box, command.line, onEnd);
  const { line, folder, sandbox, is_contained, network } = command;
  return (
    <>
      <div className="diff">
        <div className="diff-head">
          <Icon name="square-terminal" size={14} />
          <span className="clip" title={folder}>
            {t("in {folder}", { folder: folderName(folder) })}
          </span>
          {network && <span className="approval-net">{t("reaches the network")}</span>}
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
        <section ref={box} className="approval-line" aria-label={t("Command")} tabIndex={0}>
          {line}
        </section>
      </div>
      {is_contained ? (
        <p className="meta">{sandbox}</p>
      ) : (
        <Note kind="fail" icon="triangle-alert">
          {sandbox || t("Nothing keeps this command in its folder: it can do whatever you can on this computer.")}
        </Note>
      )}
    </>
  );
}

interface LeavingProps {
  icon: IconName;
  /** Who is asked, and where that is. */
  who: string;
  place: string;
  /** Whom the text goes to. */
  gets: string;
  text: string;
  onEnd: () => void;
}

/** All that somebody else is given. */
function Leaving({ icon, who, place, gets, text, onEnd }: LeavingProps) {
  const box = useRef<HTMLElement>(null);
  useEndSeen(box, text, onEnd);
  return (
    <div className="diff">
      <div className="diff-head">
        <Icon name={icon} size={14} />
        <span className="clip" title={place}>
          {who}
        </span>
        <span className="approval-net">{t("leaves Meanwhile")}</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section ref={box} className="approval-line" aria-label={t("What {who} gets", { who: gets })} tabIndex={0}>
        {text}
      </section>
    </div>
  );
}

interface RemoteProps {
  remote: Extract<Detail, { kind: "remote" }>;
  onEnd: () => void;
}

/** Who gets what. */
function Remote({ remote: { server, tool, arguments: given, place }, onEnd }: RemoteProps) {
  return (
    <>
      <Leaving
        icon="square-terminal"
        who={t("{tool} of {server}", { tool, server })}
        place={place}
        gets={server}
        text={given}
        onEnd={onEnd}
      />
      <p className="meta">
        {rich(
          "The server {server} gets this at <line>{place}</line>. What it does with it nobody here can see.",
          { line: <span className="permit-line" /> },
          { server, place },
        )}
      </p>
    </>
  );
}

interface PageProps {
  page: Extract<Detail, { kind: "page" }>;
  onEnd: () => void;
}

/** Who is asked, and all that they are told. */
function Page({ page: { url, host, is_near }, onEnd }: PageProps) {
  return (
    <>
      <Leaving icon="globe" who={host} place={host} gets={host} text={url} onEnd={onEnd} />
      {is_near && (
        <Note kind="fail" icon="triangle-alert">
          {t("This is a computer in your own network, such as a router or this computer itself, and not the internet.")}
        </Note>
      )}
      <p className="meta">
        {t("{host} gets this address and nothing else: no cookie, no key.", { host })}{" "}
        {t("What stands there is read by the agent's model.")}
      </p>
    </>
  );
}

function unknown(_detail: never): null {
  return null;
}

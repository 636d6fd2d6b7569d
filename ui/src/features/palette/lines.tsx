import { Command } from "cmdk";
import type { ReactNode } from "react";
import { Icon, type IconName } from "../../components/icon";
import { age } from "../../components/time";
import { t } from "../../i18n";
import type { SearchHit } from "../../ipc/types";
import type { ShortcutId } from "../../keys/shortcuts";

/** What a place that was found is called among the lines. */
export const lineOfHit = ({ conversation_id, turn }: SearchHit): string => `${conversation_id}:${turn}`;

export function Group({ heading, show, children }: { heading: string; show: boolean; children: ReactNode }) {
  return show ? <Command.Group heading={heading}>{children}</Command.Group> : null;
}

/** Where it was said, and the words in it. */
export function SaidLine({ hit, onSelect }: { hit: SearchHit; onSelect: () => void }) {
  return (
    <Command.Item className="pal-item pal-said" value={lineOfHit(hit)} onSelect={onSelect}>
      <Icon name={hit.file ? "paperclip" : hit.role === "user" ? "message-square" : "file-text"} />
      <span className="grow">
        <span className="pal-place meta clip">
          {hit.title}, {hit.file ?? (hit.role === "user" ? t("you") : t("answer"))}, {age(hit.at, Date.now())}
        </span>
        <span className="pal-words">
          {hit.snippet.map((piece, at) =>
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, which never change places.
            piece.is_found ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>,
          )}
        </span>
      </span>
    </Command.Item>
  );
}

interface LineProps {
  value: string;
  words: string;
  icon?: IconName;
  sign?: ReactNode;
  end?: ReactNode;
  onSelect: () => void;
}

export function Line({ value, words, icon, sign, end, onSelect }: LineProps) {
  return (
    <Command.Item className="pal-item" value={value} onSelect={onSelect}>
      {icon && <Icon name={icon} />}
      {sign}
      <span className="clip grow">{words}</span>
      {end}
    </Command.Item>
  );
}

/** What stands before a command. */
export function iconOf(id: ShortcutId): IconName {
  switch (id) {
    case "new-chat":
      return "square-pen";
    case "settings":
      return "settings";
    case "usage":
      return "wallet";
    case "mission":
      return "layers";
    case "new-task":
      return "plus";
    case "read-new":
      return "came-back";
    case "audit":
      return "mean";
    case "find":
      return "text-search";
    case "tasks":
      return "panel-right";
    case "list":
      return "panel-left";
    case "shortcuts":
      return "keyboard";
    case "delete-chat":
      return "trash-2";
    case "export-chat":
    case "export-chat-json":
      return "download";
    case "instructions":
      return "sliders";
    case "copy-reply":
    case "copy-code":
      return "copy";
    case "regenerate":
      return "rotate-ccw";
    case "detach":
      return "mean";
    case "stop":
      return "square";
    case "pause":
    case "pause-all":
      return "pause";
    case "resume":
    case "resume-all":
      return "play";
    default:
      return "chevron-right";
  }
}

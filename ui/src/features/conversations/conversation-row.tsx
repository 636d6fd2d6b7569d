import { memo, useRef, useState } from "react";
import { IconButton } from "../../components/button";
import { clipped } from "../../components/clipped";
import { Dot } from "../../components/count";
import { Icon, type IconName } from "../../components/icon";
import { Menu, type MenuItem } from "../../components/menu";
import { t } from "../../i18n";
import type { Conversation, ConversationId } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import type { Rest } from "../../state/standing";
import { useStore } from "../../state/store";
import { NameField } from "./name-field";

interface ConversationRowProps {
  conversation: Conversation;
  /** What keeps those of its tasks that are not at work; `null` for nothing. */
  rest: Rest | null;
  isOpen: boolean;
  /** The one row of the list that Tab reaches. */
  isReachable: boolean;
  /** Its name is being changed. */
  isNaming: boolean;
  onFocus: (id: ConversationId) => void;
  onName: (id: ConversationId | null) => void;
}

/** One chat: its name, and the state of its tasks. */
export const ConversationRow = memo(function ConversationRow(props: ConversationRowProps) {
  const { conversation, rest, isOpen, isReachable, isNaming, onFocus, onName } = props;
  const { id } = conversation;
  // Its menu names keys.
  useStore((state) => state.settings.shortcuts);
  // Menus cost more than rows, and hundreds of rows are never pointed at.
  const [wasPointedAt, setPointedAt] = useState(false);
  const title = useRef<HTMLButtonElement>(null);

  if (isNaming) {
    const done = () => {
      onName(null);
      requestAnimationFrame(() => title.current?.focus());
    };
    return (
      <li className="conv-row">
        <NameField conversation={conversation} onDone={done} />
      </li>
    );
  }
  return (
    <li
      className={`conv-row ${isOpen ? "is-on" : ""} ${conversation.unread > 0 ? "is-unread" : ""}`}
      data-conversation={id}
      onFocus={() => onFocus(id)}
      onPointerEnter={() => setPointedAt(true)}
    >
      <button
        ref={title}
        type="button"
        className="conv-title"
        aria-current={isOpen ? "page" : undefined}
        tabIndex={isReachable ? 0 : -1}
        onClick={() => actions.openConversation(id)}
        onDoubleClick={() => onName(id)}
        onKeyDown={(event) => {
          if (event.key === "F2") onName(id);
          else if (event.key === "Delete") void actions.deleteConversation(id);
          else return;
          event.preventDefault();
        }}
      >
        <span className="clip grow" {...clipped}>
          {conversation.title || t("New chat")}
        </span>
        <TaskSign conversation={conversation} rest={rest} />
      </button>
      {(isReachable || wasPointedAt) && (
        <span className="conv-more-actions">
          <Menu
            trigger={<IconButton light icon="ellipsis" label={t("More")} tabIndex={isReachable ? 0 : -1} />}
            align="start"
            items={menuOf(id, isOpen, onName)}
          />
        </span>
      )}
    </li>
  );
});

/** What can be done with a chat, for its button and for the secondary button of the pointer. */
export function menuOf(id: ConversationId, isOpen: boolean, onName: (id: ConversationId) => void): MenuItem[] {
  return [
    // The menu gives the focus back to its button first; the field takes it after that.
    { label: t("Rename"), icon: "pencil", keys: "F2", onSelect: () => setTimeout(() => onName(id)) },
    {
      label: t("Delete"),
      icon: "trash-2",
      keys: isOpen ? keysOf("delete-chat") : "Del",
      danger: true,
      separatorBefore: true,
      onSelect: () => void actions.deleteConversation(id),
    },
  ];
}

/** What its tasks are at, as a shape and, for speech, in words. */
function TaskSign({ conversation, rest }: Pick<ConversationRowProps, "conversation" | "rest">) {
  const { working, unread, failed } = conversation;
  if (rest === "asks") return <Sign icon="ask" kind="you" word={t("Needs you")} />;
  if (working > 0) return <Sign icon="run" kind="running" word={t("Working")} />;
  if (unread > 0 && failed) return <Sign icon="octagon-x" kind="failed" word={t("Failed")} />;
  if (rest === "tomorrow") return <Sign icon="clock" kind="later" word={t("Waits for tomorrow")} />;
  if (rest === "paused") return <Sign icon="circle-pause" kind="later" word={t("Paused")} />;
  return unread > 0 ? <Dot label={t("New result")} /> : null;
}

function Sign({ icon, kind, word }: { icon: IconName; kind: string; word: string }) {
  return (
    <span className={`conv-sign is-${kind}`} title={word}>
      <Icon name={icon} />
      <span className="sr">, {word}</span>
    </span>
  );
}

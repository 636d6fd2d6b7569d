import { type ReactNode, useCallback, useState } from "react";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { TaskId } from "../../ipc/types";
import { useStore } from "../../state/store";
import { Announcer } from "./announcer";
import { Dock } from "./dock";
import { NewChat } from "./new-chat";
import { Thread } from "./thread";
import { ThreadHeader } from "./thread-header";
import { useChatShortcuts } from "./use-chat-shortcuts";
import { useDrop } from "./use-drop";
import "./chat.css";
import "./dock.css";
import "./files.css";

interface ThreadPaneProps {
  /** At the end of the header, such as the switch of the tasks. */
  headerEnd?: ReactNode;
  /** Below the composer, such as the counts in a small window. */
  foot?: ReactNode;
}

/** The open chat: its turns, what is being answered, and the place to write. */
export function ThreadPane({ headerEnd, foot }: ThreadPaneProps) {
  const conversationId = useStore((state) => state.openConversation);
  const hasThread = useStore((state) => state.thread !== null);
  const [editing, setEditing] = useState<TaskId | null>(null);
  const onEdit = useCallback((taskId: TaskId | null) => setEditing(taskId), []);
  useChatShortcuts(editing === null);
  const { isOver, dropProps, onPaste, take } = useDrop(conversationId);

  return (
    <main className="pane" id="chat" tabIndex={-1} {...dropProps}>
      <ThreadHeader key={`header-${conversationId}`} end={headerEnd} />
      {conversationId === null ? (
        <NewChat />
      ) : hasThread ? (
        <Thread key={`thread-${conversationId}`} editing={editing} onEdit={onEdit} />
      ) : (
        <Loading />
      )}
      <Dock conversationId={conversationId} onEdit={onEdit} onFiles={take} onPaste={onPaste} />
      {foot}
      <Announcer />
      {isOver && (
        <div className="drop-here">
          <Icon name="paperclip" size={20} />
          {t("Drop files or a folder to ask about them")}
        </div>
      )}
    </main>
  );
}

/** Still bars that appear only when loading takes a while. */
function Loading() {
  return (
    <div className="thread-loading" role="status" aria-label={t("Opening the chat")}>
      <div className="bar" />
      <div className="bar" />
      <div className="bar" />
      <p className="meta">{t("Still reading this chat from the disk.")}</p>
    </div>
  );
}

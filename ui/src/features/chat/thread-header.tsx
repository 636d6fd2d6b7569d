import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { IconButton } from "../../components/button";
import { clipped } from "../../components/clipped";
import { Menu } from "../../components/menu";
import { toast } from "../../components/toast";
import { t } from "../../i18n";
import type { ConversationId } from "../../ipc/types";
import { isComposing } from "../../keys/chord";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { modelFor, useStore } from "../../state/store";
import { modelName } from "../../state/task-words";
import { MannerButton } from "./manner-button";
import { totalWords } from "./words";

/** The name of the chat, which is changed in place, and what can be done with the whole of it. */
export function ThreadHeader({ end }: { end?: ReactNode }) {
  const conversationId = useStore((state) => state.openConversation);
  const title = useStore((state) => (conversationId ? state.conversations[conversationId]?.title : undefined));
  const hasNewManner = useStore((state) => state.newManner !== null);
  const [isRenaming, setIsRenaming] = useState(false);

  return (
    <header className="pane-head">
      <IconButton
        icon="menu"
        label={t("Chats")}
        keys={keysOf("list")}
        className="pane-menu"
        onClick={() => actions.toggleList(true)}
      />
      {conversationId !== null && isRenaming ? (
        <Rename conversationId={conversationId} title={title ?? ""} onDone={() => setIsRenaming(false)} />
      ) : (
        <h1 className="clip" {...clipped}>
          {conversationId === null ? t("New chat") : title}
        </h1>
      )}
      {conversationId !== null && <Facts conversationId={conversationId} />}
      {conversationId === null && hasNewManner && <span className="pane-facts meta">{t("with instructions")}</span>}
      <div className="pane-head-end">
        <MannerButton conversationId={conversationId} />
        {conversationId !== null && (
          <Menu
            trigger={<IconButton icon="ellipsis" label={t("More")} />}
            items={[
              { label: t("Rename"), icon: "pencil", onSelect: () => afterMenu(() => setIsRenaming(true)) },
              {
                label: t("Export as Markdown"),
                icon: "download",
                onSelect: () => void actions.exportConversation(conversationId, "markdown"),
              },
              {
                label: t("Export as JSON lines"),
                icon: "download",
                onSelect: () => void actions.exportConversation(conversationId, "jsonl"),
              },
              { label: t("Copy as Markdown"), icon: "copy", onSelect: () => void copy(conversationId) },
              {
                label: t("Delete"),
                icon: "trash-2",
                keys: keysOf("delete-chat"),
                danger: true,
                separatorBefore: true,
                onSelect: () => void actions.deleteConversation(conversationId),
              },
            ]}
          />
        )}
        {end}
      </div>
    </header>
  );
}

/** Who answers here, and what the chat has used; a sum only where every turn is at hand. */
function Facts({ conversationId }: { conversationId: ConversationId }) {
  const model = useStore((state) => modelFor(state, conversationId));
  const total = useStore(({ thread, tasks }) =>
    thread && !thread.hasEarlier
      ? totalWords(thread.turns.flatMap((turn) => turn.tasks.flatMap((id) => tasks[id] ?? [])))
      : "",
  );
  // What the others used is not at hand.
  const isOneOfSome = useStore(({ thread }) => thread?.turns.some((turn) => turn.versions.length > 1) ?? false);
  const sum = total && isOneOfSome ? t("{total} in this version", { total }) : total;
  const hasManner = useStore((state) => state.conversations[conversationId]?.has_manner ?? false);
  const words = [model ? modelName(model) : "", hasManner ? t("with instructions") : "", sum]
    .filter(Boolean)
    .join(", ");
  return (
    <span className="pane-facts meta num" {...clipped}>
      {words}
    </span>
  );
}

async function copy(conversationId: ConversationId): Promise<void> {
  if (await actions.copyConversation(conversationId)) toast({ text: t("Chat copied as Markdown."), icon: "copy" });
}

/** The menu gives the focus back to its button a moment after it closed; a field must not take it before that. */
function afterMenu(act: () => void): void {
  requestAnimationFrame(() => setTimeout(act));
}

interface RenameProps {
  conversationId: ConversationId;
  title: string;
  onDone(): void;
}

function Rename({ conversationId, title, onDone }: RenameProps) {
  const isOver = useRef(false);
  const finish = (next: string | null) => {
    if (isOver.current) return;
    isOver.current = true;
    const trimmed = next?.trim();
    if (trimmed && trimmed !== title) void actions.rename(conversationId, trimmed);
    onDone();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    finish(event.key === "Enter" ? event.currentTarget.value : null);
    // The field is about to go, and the focus with it.
    document.querySelector<HTMLElement>("#composer")?.focus();
  };
  return (
    <input
      ref={takeFocus}
      className="rename"
      aria-label={t("Name of the chat")}
      defaultValue={title}
      maxLength={200}
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.currentTarget.value)}
    />
  );
}

function takeFocus(input: HTMLInputElement | null): void {
  input?.focus();
  input?.select();
}

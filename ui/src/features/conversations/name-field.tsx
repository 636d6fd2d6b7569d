import { useEffect, useRef } from "react";
import { t } from "../../i18n";
import type { Conversation } from "../../ipc/types";
import { actions } from "../../state/actions";

/** The name of a chat as a field, in its place. Enter and leaving it keep the name, Esc does not. */
export function NameField({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const isSettled = useRef(false);
  useEffect(() => field.current?.select(), []);

  const settle = (keep: boolean) => {
    if (isSettled.current) return;
    isSettled.current = true;
    const name = field.current?.value.trim() ?? "";
    if (keep && name && name !== conversation.title) void actions.rename(conversation.id, name);
    onDone();
  };
  return (
    <input
      ref={field}
      className="conv-name"
      aria-label={t("Name of the chat")}
      defaultValue={conversation.title}
      maxLength={200}
      // biome-ignore lint/a11y/noAutofocus: the user has just asked to rename this row.
      autoFocus
      onBlur={() => settle(true)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        event.stopPropagation();
        if (event.key === "Enter") settle(true);
        if (event.key === "Escape") settle(false);
      }}
    />
  );
}

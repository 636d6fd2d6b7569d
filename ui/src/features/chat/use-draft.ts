import { useEffect, useRef, useState } from "react";
import type { ConversationId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { typedDraft } from "../../state/drafts";
import { useStore } from "../../state/store";

/** The text of the composer, kept per chat. What was typed in this window wins over what the disk says. */
export function useDraft(conversationId: ConversationId | null) {
  const stored = useStore((state) => (conversationId === null ? state.newDraft : state.thread?.draft)) ?? "";
  const [text, setText] = useState<string | null>(() => typedDraft(conversationId) ?? null);
  const shown = text ?? stored;
  const newest = useRef(shown);
  newest.current = shown;
  const isTouched = text !== null;

  useEffect(() => {
    if (text !== null) actions.saveDraft(conversationId, text);
  }, [conversationId, text]);
  useEffect(
    () => () => {
      if (isTouched) actions.saveDraft(conversationId, newest.current, true);
    },
    [conversationId, isTouched],
  );

  const change = (next: string | ((now: string) => string)) =>
    setText(typeof next === "string" ? next : next(newest.current));
  // What nobody typed here is on the disk as it is, or not here yet.
  const flush = () => {
    if (isTouched) actions.saveDraft(conversationId, newest.current, true);
  };
  return [shown, change, flush] as const;
}

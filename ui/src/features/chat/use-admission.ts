import { useEffect, useState } from "react";
import type { Admission, ConversationId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { attachedOf, type FileEntry } from "../../state/files";
import { agentFor, modelFor, useStore } from "../../state/store";

/** After the last key: typing stays as cheap as it was. */
const PAUSE_MS = 300;
/** Letters below which nothing asks for long work. */
const SHORTEST = 12;

/** What would be suggested for a draft; `null` while that is not known, and for one that is too short to be asked about. */
export function useAdmission(
  conversationId: ConversationId | null,
  text: string,
  files: FileEntry[],
): Admission | null {
  const [admission, setAdmission] = useState<Admission | null>(null);
  const model = useStore((state) => modelFor(state, conversationId));
  const agent = useStore((state) => agentFor(state, conversationId)?.name ?? null);
  const offers = useStore((state) => state.settings.offers);
  const isReady = files.some((entry) => entry.at === "ready");
  const isWorth = !offers.never && (isReady || text.trim().length >= SHORTEST);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what may be suggested is read where it is stored.
  useEffect(() => {
    if (!isWorth) {
      setAdmission(null);
      return;
    }
    // An answer about what was written before is none about this.
    let isNewest = true;
    const timer = setTimeout(async () => {
      const attachments = files.flatMap((entry) => (entry.at === "ready" ? [attachedOf(entry.file)] : []));
      const said = await actions.admit({ conversation_id: conversationId, text, attachments, model, agent });
      if (isNewest) setAdmission(said);
    }, PAUSE_MS);
    return () => {
      isNewest = false;
      clearTimeout(timer);
    };
  }, [conversationId, text, files, model, agent, offers, isWorth]);
  return isWorth ? admission : null;
}

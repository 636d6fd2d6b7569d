import { useState } from "react";
import { IconButton } from "../../components/button";
import { t } from "../../i18n";
import type { ConversationId } from "../../ipc/types";
import { useShortcut } from "../../keys/registry";
import { useStore } from "../../state/store";
import { MannerDialog } from "./manner-dialog";

/** Opens how the models of this chat are asked, and says whether that is anything of its own. */
export function MannerButton({ conversationId }: { conversationId: ConversationId | null }) {
  const [isOpen, setIsOpen] = useState(false);
  const isOwn = useStore((state) =>
    conversationId === null ? state.newManner !== null : (state.conversations[conversationId]?.has_manner ?? false),
  );
  useShortcut("instructions", () => {
    setIsOpen(true);
    return true;
  });
  return (
    <>
      <IconButton
        icon="sliders"
        label={isOwn ? t("Instructions, set for this chat") : t("Instructions for this chat")}
        onClick={() => setIsOpen(true)}
      />
      {isOpen && <MannerDialog conversationId={conversationId} onClose={() => setIsOpen(false)} />}
    </>
  );
}

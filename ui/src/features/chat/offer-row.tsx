import { useEffect, useState } from "react";
import { Button, IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import { Menu, type MenuItem } from "../../components/menu";
import { toast } from "../../components/toast";
import { t } from "../../i18n";
import type { ConversationId, Lane, Offers, Shape } from "../../ipc/types";
import { actions } from "../../state/actions";
import type { FileEntry } from "../../state/files";
import { offerWords, shapeWords } from "../../state/offer-words";
import { agentFor, useStore } from "../../state/store";
import { useAdmission } from "./use-admission";
import { focusComposer } from "./use-composer-focus";
import "./offers.css";

interface OfferRowProps {
  conversationId: ConversationId | null;
  /** The prompt as far as it is there; empty for a command. */
  text: string;
  files: FileEntry[];
  canSend: boolean;
  onSend(lane: Lane): void;
}

/** The choice before something long is sent: watch it, or be told. Enter means what it always does. */
export function OfferRow({ conversationId, text, files, canSend, onSend }: OfferRowProps) {
  const admission = useAdmission(conversationId, text, files);
  const agent = useStore((state) => agentFor(state, conversationId)?.name);
  const offers = useStore((state) => state.settings.offers);
  const [isDismissed, setDismissed] = useState(false);
  const isEmpty = text === "" && files.length === 0;
  useEffect(() => {
    if (isEmpty) setDismissed(false);
  }, [isEmpty]);
  if (admission?.tier !== "upfront" || isDismissed || !canSend) return null;

  const keep = (next: Offers, said: string) => {
    focusComposer();
    void actions.saveSettings({ offers: next });
    toast({
      text: said,
      detail: t("It is in the settings, Offers."),
      isUndo: true,
      action: { label: t("Undo"), onSelect: () => void actions.saveSettings({ offers }) },
    });
  };
  const without = (shape: Shape): MenuItem => ({
    label: shapeWords(shape).not,
    onSelect: () =>
      keep(
        { ...offers, without: [...offers.without, shape] },
        t("{shape}: not suggested any more.", { shape: shapeWords(shape).name }),
      ),
  });
  const items: MenuItem[] = [
    ...admission.signs.filter(({ shape }) => !offers.without.includes(shape)).map(({ shape }) => without(shape)),
    {
      label: t("Never offer"),
      separatorBefore: true,
      onSelect: () => keep({ ...offers, never: true }, t("The background is not suggested any more.")),
    },
  ];
  const choose = (lane: Lane) => {
    focusComposer();
    onSend(lane);
  };
  return (
    <section className="offer" aria-label={t("Suggestion")}>
      <Icon name="mean" size={14} />
      <p className="offer-words" role="status">
        {offerWords(admission, agent ? t("with {agent}", { agent }) : t("on this model"))}
      </p>
      <div className="offer-choices">
        <Button className="offer-choice" onClick={() => choose("interactive")}>
          <span>{t("Stream now")}</span> <span className="meta">{t("stay and watch")}</span>
        </Button>
        <Button kind="mean" className="offer-choice" onClick={() => choose("background")}>
          <span>{t("Background")}</span> <span className="meta">{t("we will notify you")}</span>
        </Button>
        <span className="grow" />
        <Menu trigger={<IconButton icon="ellipsis" label={t("When to suggest this")} />} items={items} />
        <IconButton
          icon="x"
          label={t("Not for this prompt")}
          onClick={() => {
            setDismissed(true);
            focusComposer();
          }}
        />
      </div>
    </section>
  );
}

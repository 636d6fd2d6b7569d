import { memo } from "react";
import { Icon } from "../components/icon";
import { locale, t } from "../i18n";
import type { Model } from "../ipc/types";
import { abilitiesOf, contextWords, priceWords, spoken } from "./model-words";

interface ModelRowProps {
  id: string;
  model: Model;
  isActive: boolean;
  isChosen: boolean;
  isFavourite: boolean;
}

/** One model of the list: whose it is, how much it holds, what it costs, what it can do. The list handles its clicks. */
export const ModelRow = memo(function ModelRow({ id, model, isActive, isChosen, isFavourite }: ModelRowProps) {
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      className={`model-row ${isActive ? "is-active" : ""}`}
      aria-selected={isChosen}
      data-model={model.id}
    >
      <span className="model-check">{isChosen && <Icon name="check" size={14} />}</span>
      <span className="sr">{spoken(model, isFavourite)}</span>
      <span className="model-words" aria-hidden="true">
        <span className="model-name" title={model.id}>
          {model.name}
        </span>
        <span className="meta num clip">
          {model.provider}
          {model.context !== null && (
            <>
              {" · "}
              <span title={t("{n} tokens fit into one request", { n: model.context.toLocaleString(locale) })}>
                {contextWords(model.context)}
              </span>
            </>
          )}
          {model.price && (
            <>
              {" · "}
              <span title={t("For a million tokens read, and a million written")}>{priceWords(model.price)}</span>
            </>
          )}
        </span>
      </span>
      <span className="model-abilities" aria-hidden="true">
        {abilitiesOf(model).map(({ icon, word, sentence }) => (
          <span key={word} title={sentence}>
            <Icon name={icon} size={14} />
          </span>
        ))}
      </span>
      <span
        className={`model-star ${isFavourite ? "is-on" : ""}`}
        data-star={model.id}
        title={starTitle(isFavourite)}
        aria-hidden="true"
      >
        <Icon name="star" size={14} />
      </span>
    </div>
  );
});

const starTitle = (isFavourite: boolean) => (isFavourite ? t("No favourite any more") : t("Make it a favourite"));

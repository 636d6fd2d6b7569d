import { useEffect } from "react";
import { Button } from "../../components/button";
import { tokenWords } from "../../components/file-words";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { Attachment, ConversationId } from "../../ipc/types";
import { actions } from "../../state/actions";
import type { FileEntry } from "../../state/files";
import { modelFactsFor, useStore } from "../../state/store";
import { modelName } from "../../state/task-words";

/** Tokens of one part; what is less is asked in one request anyway. */
const ONE_PART = 5_000;
/** Of what a model reads at once, this much is left for the question and the answer. */
const ROOM = 0.75;

interface FitRowProps {
  conversationId: ConversationId | null;
  files: FileEntry[];
  canSend: boolean;
  /** An agent works on it, and not part by part. */
  hasAgent: boolean;
  onParts(): void;
}

/** What the files come to, whether the model can take them, and what can be done if it cannot. */
export function FitRow({ conversationId, files, canSend, hasAgent, onParts }: FitRowProps) {
  const model = useStore((state) => modelFactsFor(state, conversationId));
  const hasFiles = files.length > 0;
  useEffect(() => {
    if (hasFiles) void actions.lookAtModels();
  }, [hasFiles]);
  const ready = files.flatMap((entry) => (entry.at === "ready" ? [{ key: entry.key, file: entry.file }] : []));
  const tokens = ready.reduce((sum, { file }) => sum + file.tokens, 0);
  const room = model?.context ? Math.floor(model.context * ROOM) : null;
  const isTooLong = room !== null && tokens > room;
  // At least: a part ends with a page, and one request puts together what they came to.
  const requests = ready.reduce((sum, { file }) => sum + Math.ceil(file.tokens / ONE_PART), 1);
  const hasPicture = ready.some(({ file }) => file.kind === "picture");
  const seesNothing = model?.images === false && hasPicture;
  const first = isTooLong ? firstPages(ready, tokens, room) : null;
  return (
    <>
      {seesNothing && (
        <p className="composer-hint" role="alert">
          <Icon name="triangle-alert" size={14} />
          <span className="grow">
            {t("{model} does not look at pictures. Choose a model that does.", { model: modelName(model.id) })}
          </span>
        </p>
      )}
      {tokens > ONE_PART && (
        <p className="composer-hint" role={isTooLong ? "alert" : undefined}>
          <Icon name={isTooLong ? "triangle-alert" : "info"} size={14} />
          <span className="grow">
            {isTooLong ? tooLong(tokens, model?.context ?? 0, modelName(model?.id ?? "")) : long(tokens)}{" "}
            {hasAgent
              ? NO_PARTS
              : hasPicture
                ? NO_PICTURES
                : t(
                    "Part by part, in {requests} requests or some more, nothing of them is skipped, and each result names its place.",
                    { requests },
                  )}
          </span>
          {first && (
            <Button
              small
              onClick={() => {
                // The button goes with what it offered.
                document.querySelector<HTMLElement>("#composer")?.focus();
                void actions.choosePages(conversationId, first.key, first.from, first.to);
              }}
            >
              {t("Only pages {from}–{to}", { from: first.from, to: first.to })}
            </Button>
          )}
          {!hasPicture && !hasAgent && (
            <Button small kind="mean-quiet" icon="mean" aria-disabled={!canSend} onClick={onParts}>
              {t("Part by part, in the background")}
            </Button>
          )}
        </p>
      )}
    </>
  );
}

const NO_PARTS = t(
  "An agent does not work part by part: let it read them in its folder, or send this without an agent.",
);

const NO_PICTURES = t(
  "They can be read part by part once the picture is taken out: pictures are looked at as a whole.",
);

function long(tokens: number): string {
  return t("The files are {tokens}.", { tokens: tokenWords(tokens) });
}

function tooLong(tokens: number, context: number, name: string): string {
  return t(
    "The files are {tokens}, and {model} takes {most} with question and answer. Choose a model that takes more, or fewer pages.",
    { tokens: tokenWords(tokens), model: name, most: tokenWords(context) },
  );
}

/** The pages of the one file that fit; none where that is no choice. */
function firstPages(ready: { key: string; file: Attachment }[], tokens: number, room: number) {
  const [only] = ready;
  if (!only || ready.length > 1 || only.file.kind !== "pdf") return null;
  const from = only.file.from ?? 1;
  const pages = (only.file.to ?? only.file.places) - from + 1;
  const fit = Math.floor((pages * room) / tokens);
  return fit < 1 ? null : { key: only.key, from, to: from + fit - 1 };
}

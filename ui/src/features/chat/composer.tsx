import { type ClipboardEvent, type KeyboardEvent, useRef, useState } from "react";
import { Button, IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import { SMALL, useMedia } from "../../components/media";
import { rich, t } from "../../i18n";
import type { ConversationId, Lane, Task, TaskId } from "../../ipc/types";
import { isComposing } from "../../keys/chord";
import { keysOf, runShortcut, sentBy, titleOf, useShortcut } from "../../keys/registry";
import { actions, type Prompt } from "../../state/actions";
import { filesOf } from "../../state/files";
import { agentFor, canBatch, lastPrompt, modelFor, secondFor, useStore } from "../../state/store";
import { AgentPicker } from "./agent-picker";
import { CompareRow } from "./compare-row";
import { FileChips } from "./file-chips";
import { FitRow } from "./fit-row";
import { ModelPicker } from "./model-picker";
import { NoModelHint } from "./no-model-hint";
import { OfferRow } from "./offer-row";
import { PriceRow } from "./price-row";
import { RefusedRow } from "./refused-row";
import { asked, commandHint } from "./slash";
import { SlashList, useSlashMenu } from "./slash-menu";
import { focusComposer, takeFirstFocus, useComposerFocus } from "./use-composer-focus";
import { useDraft } from "./use-draft";
import { WaitingRow, waitingAgent } from "./waiting-row";

interface ComposerProps {
  conversationId: ConversationId | null;
  /** The answer that is arriving in this chat. */
  live: Task | null;
  onEdit(taskId: TaskId): void;
  /** Takes files that were picked or pasted. */
  onFiles(files: Iterable<File>): void;
  onPaste(event: ClipboardEvent): void;
}

/** Ways in which a prompt is answered that are not the usual one. */
type How = Pick<Prompt, "inParts" | "inBatch">;

/** The place to write: Enter answers here, its teal neighbour sends to the background. */
export function Composer({ conversationId, live, onEdit, onFiles, onPaste }: ComposerProps) {
  const [text, setText, flushText] = useDraft(conversationId);
  const hasAgent = useStore((state) => agentFor(state, conversationId) !== null);
  // An agent may bring its own.
  const hasModel =
    useStore((state) => state.connection !== "live" || modelFor(state, conversationId) !== null) || hasAgent;
  const isSmall = useMedia(SMALL);
  const files = useStore((state) => filesOf(state, conversationId));
  const isSending = useRef(false);
  const picker = useRef<HTMLInputElement>(null);
  useComposerFocus();
  useShortcut("attach", () => {
    picker.current?.click();
    return true;
  });
  useShortcut("attach-folder", () => {
    void actions.attachFolder(conversationId);
    return true;
  });
  const what = asked(text);
  const menu = useSlashMenu(text, setText);
  const hint = commandHint(text, live !== null);
  const refused = files.filter((entry) => entry.at === "refused");
  const [isChoosing, setChoosing] = useState(false);
  const [asking, setAsking] = useState<{ lane: Lane; how: How } | null>(null);
  // An agent waits here, and what is sent may be meant for it.
  const waiting = useStore(waitingAgent);
  const [meant, setMeant] = useState<{ lane: Lane; how: How } | null>(null);
  const isReading = files.some((entry) => entry.at === "reading");
  const isAlone = useStore((state) => secondFor(state, conversationId) === null);
  const isPrompt =
    what.kind === "prompt" || what.kind === "background" || (what.kind === "compare" && what.text !== "");
  const canSend = hasModel && isPrompt && !isReading && !(what.kind === "compare" && isAlone);
  const canSendParts = hasModel && !isReading && (isPrompt || text.trim() === "");

  const hasBatches = useStore((state) => canBatch(state, conversationId));
  const send = async (lane: Lane, how: How = {}, isAsked = false, isAnew = false) => {
    if (isSending.current) return;
    if (what.kind === "detach" && live && !how.inBatch) {
      setText("");
      await actions.detach(live.id);
      return;
    }
    if (what.kind === "agent") {
      setText(what.text);
      runShortcut("pick-agent");
      return;
    }
    if (what.kind === "compare" && isAlone && hasModel) {
      setChoosing(!hasAgent);
      return;
    }
    if (!(how.inParts ? canSendParts : canSend)) return;
    if (waiting && isPrompt && !isAnew) {
      setMeant({ lane, how });
      return;
    }
    setMeant(null);
    if (refused.length > 0 && !isAsked) {
      setAsking({ lane, how });
      return;
    }
    setAsking(null);
    isSending.current = true;
    // Taken out at once, so that what is typed next is the next prompt; put back if it is refused.
    setText("");
    const isAccepted = await actions.send({
      text: isPrompt
        ? what.text
        : t("Summarise {files}", {
            files: files
              .filter((entry) => entry.at === "ready")
              .map((entry) => entry.name)
              .join(", "),
          }),
      lane: what.kind === "background" ? "background" : lane,
      ...how,
    });
    isSending.current = false;
    if (!isAccepted) setText((now) => now || text);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event.nativeEvent) || menu.onKey(event)) return;
    if (event.key === "ArrowUp" && text === "" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      const last = lastPrompt();
      if (!last) return;
      event.preventDefault();
      onEdit(last);
      return;
    }
    const lane = sentBy(event.nativeEvent);
    if (lane === null) return;
    event.preventDefault();
    void send(lane);
  };

  return (
    <div className="composer">
      <SlashList menu={menu} />
      <OfferRow
        conversationId={conversationId}
        text={what.kind === "prompt" ? what.text : ""}
        files={files}
        canSend={canSend && what.kind === "prompt" && meant === null && asking === null}
        onSend={(lane) => void send(lane)}
      />
      <FileChips conversationId={conversationId} files={files} />
      <div className="grow-field" data-text={`${text.slice(0, 4_000)} `}>
        <textarea
          id="composer"
          aria-label={t("Message ~composer")}
          aria-describedby={hint ? "composer-hint" : undefined}
          placeholder={isSmall ? t("Write the next message") : t("Write the next message, or start with /background")}
          rows={1}
          value={text}
          {...menu.field}
          ref={takeFirstFocus}
          onChange={(event) => {
            setText(event.target.value);
            setMeant(null);
          }}
          onBlur={flushText}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <span className="composer-ring" />
      </div>
      <div className="composer-tools">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            onFiles(Array.from(event.target.files ?? []));
            // The same file can be picked again.
            event.target.value = "";
          }}
        />
        <IconButton
          icon="paperclip"
          label={t("Attach files")}
          keys={keysOf("attach")}
          onClick={() => picker.current?.click()}
        />
        <IconButton
          icon="folder"
          label={t("Attach a folder")}
          onClick={() => void actions.attachFolder(conversationId)}
        />
        <ModelPicker conversationId={conversationId} />
        <AgentPicker conversationId={conversationId} />
        <span className="grow" />
        {hasBatches && (
          <Button
            small
            kind="quiet"
            aria-label={t("Half price, within a day")}
            aria-disabled={!canSend}
            title={t(
              "Send to the background in a batch: half price, within a day, mostly within an hour, also while this computer sleeps",
            )}
            onClick={() => void send("background", { inBatch: true })}
          >
            <span>{rich("Half price<l>, within a day</l>", { l: <span className="send-later" /> })}</span>
          </Button>
        )}
        <Button
          small
          kind={canSend ? "mean" : "mean-quiet"}
          icon="mean"
          className="send-away"
          aria-disabled={!canSend}
          title={titleOf(t("Send to the background"), "send-background")}
          keys={keysOf("send-background")}
          onClick={() => void send("background")}
        >
          {t("Background")}
        </Button>
        <Button
          small
          kind={canSend ? "main" : "plain"}
          className="send"
          disabled={!canSend && !(what.kind === "detach" && live) && what.kind !== "agent"}
          aria-label={t("Send")}
          title={titleOf(t("Send"), "send")}
          onClick={() => void send("interactive")}
        >
          <Icon name="arrow-up" />
        </Button>
      </div>
      <FitRow
        conversationId={conversationId}
        files={files}
        canSend={canSendParts}
        hasAgent={hasAgent}
        onParts={() => void send("background", { inParts: true })}
      />
      {canSend && <PriceRow conversationId={conversationId} />}
      <CompareRow
        conversationId={conversationId}
        isAsked={what.kind === "compare"}
        isChoosing={isChoosing}
        onChoosing={setChoosing}
        // The command did what it is for: what is typed next is the prompt.
        onChosen={() => what.kind === "compare" && setText(what.text)}
      />
      {meant && waiting && (
        <WaitingRow
          task={waiting}
          text={isPrompt ? what.text : text}
          hasFiles={files.length > 0}
          onTold={() => {
            setMeant(null);
            setText("");
            focusComposer();
          }}
          onAnew={() => {
            focusComposer();
            void send(meant.lane, meant.how, false, true);
          }}
          onCancel={() => {
            setMeant(null);
            focusComposer();
          }}
        />
      )}
      {asking && refused.length > 0 && (
        <RefusedRow
          files={refused}
          onSend={() => {
            focusComposer();
            void send(asking.lane, asking.how, true, true);
          }}
          onCancel={() => {
            setAsking(null);
            focusComposer();
          }}
        />
      )}
      {hint && (
        <p className="composer-hint" id="composer-hint">
          <Icon name="mean" size={14} />
          <span className="grow">{hint}</span>
        </p>
      )}
      {!hasModel && <NoModelHint />}
    </div>
  );
}

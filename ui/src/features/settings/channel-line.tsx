import { useState } from "react";
import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { age } from "../../components/time";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { Channel } from "../../ipc/types";
import { actions } from "../../state/actions";
import { placeWords, remedy } from "../../state/channel-words";
import { RemoveDialog } from "./remove-dialog";

interface ChannelLineProps {
  channel: Channel;
  onChanged: () => void;
  /** The user wants to change where it leads, or what is secret about it. */
  onEdit: () => void;
}

/** One of the user's channels: how it is, its dry run, and the way out of what failed. */
export function ChannelLine({ channel, onChanged, onEdit }: ChannelLineProps) {
  const { name, place, state, failure, preview } = channel;
  const [isBusy, setBusy] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = async (question: () => Promise<unknown>) => {
    if (isBusy) return;
    setBusy(true);
    try {
      await question();
      setProblem(null);
    } catch (refused) {
      setProblem(wordsOf(refused));
    }
    setBusy(false);
    onChanged();
  };
  const change = failure ? remedy(failure.kind, channel) : null;
  return (
    <div className="agent-known">
      <div className="agent-known-head">
        <div className="grow">
          <div className="set-row-label">
            <strong>{name}</strong>
          </div>
          <p className="meta permit-line">{placeWords(place)}</p>
          <p className={failure && !problem ? "meta set-bad" : "meta"}>{stateWords(channel)}</p>
        </div>
        {change && (
          <Button small aria-label={change.label} onClick={onEdit}>
            {change.words}
          </Button>
        )}
        {state === "ready" && (
          <Button
            small
            aria-label={t("Send a test to {name}", { name })}
            onClick={() => void ask(() => actions.testChannel(name))}
          >
            {t("Send a test")}
          </Button>
        )}
        <Button small kind="quiet" aria-label={t("Remove {name}", { name })} onClick={() => setRemoving(true)}>
          {t("Remove")}
        </Button>
      </div>
      {isBusy && <Note role="status">{t("Sending…")}</Note>}
      {problem && !isBusy && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem}
        </Note>
      )}
      {state !== "ready" && (
        <>
          <p className="meta">{t("Nothing is sent to it before a test arrived. The test is exactly this:")}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
          <section className="agent-told" aria-label={t("The test for {name}", { name })} tabIndex={0}>
            {preview}
          </section>
        </>
      )}
      {state === "new" && (
        <Button
          small
          kind="main"
          aria-label={t("Send a test to {name}", { name })}
          aria-disabled={isBusy}
          onClick={() => void ask(() => actions.testChannel(name))}
        >
          {t("Send a test")}
        </Button>
      )}
      {state === "tested" && (
        <fieldset className="channel-arrived">
          <legend className="sr">{t("Did the test to {name} arrive?", { name })}</legend>
          <span aria-hidden="true">{t("Did it arrive?")}</span>
          <Button small kind="main" onClick={() => void ask(() => actions.confirmChannel(name, true))}>
            {t("Yes, use it")}
          </Button>
          <Button
            small
            onClick={() =>
              void ask(async () => {
                await actions.confirmChannel(name, false);
                onEdit();
              })
            }
          >
            {t("No")}
          </Button>
        </fieldset>
      )}
      <RemoveDialog
        open={isRemoving}
        name={name}
        onClose={() => setRemoving(false)}
        onRemove={() => {
          setRemoving(false);
          void ask(() => actions.removeChannel(name));
        }}
      >
        {t("It is told nothing more, also not what waits to be sent, and its password or address is forgotten.")}
      </RemoveDialog>
    </div>
  );
}

function stateWords({ state, failure, used_at, key_source }: Channel): string {
  if (failure) return t("Failed {age}: {message}", { age: age(failure.at, Date.now()), message: failure.message });
  if (state === "new") return t("Not tested yet");
  if (state === "tested") return t("Tested, and waits for your word");
  const isForThisRun = key_source === "session";
  if (used_at === null) {
    return isForThisRun
      ? t("Works, not used yet, until you quit: this computer has no keychain")
      : t("Works, not used yet");
  }
  const last = { age: age(used_at, Date.now()) };
  return isForThisRun
    ? t("Works, last used {age}, until you quit: this computer has no keychain", last)
    : t("Works, last used {age}", last);
}

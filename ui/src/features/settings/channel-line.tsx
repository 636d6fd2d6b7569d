import { useState } from "react";
import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { age } from "../../components/time";
import { wordsOf } from "../../components/use-answer";
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
  const change = failure ? remedy(failure.kind, place) : null;
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
          <Button small aria-label={`${change} of ${name}`} onClick={onEdit}>
            {change}
          </Button>
        )}
        {state === "ready" && (
          <Button small aria-label={`Send a test to ${name}`} onClick={() => void ask(() => actions.testChannel(name))}>
            Send a test
          </Button>
        )}
        <Button small kind="quiet" aria-label={`Remove ${name}`} onClick={() => setRemoving(true)}>
          Remove
        </Button>
      </div>
      {isBusy && <Note role="status">Sending…</Note>}
      {problem && !isBusy && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem}
        </Note>
      )}
      {state !== "ready" && (
        <>
          <p className="meta">Nothing is sent to it before a test arrived. The test is exactly this:</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
          <section className="agent-told" aria-label={`The test for ${name}`} tabIndex={0}>
            {preview}
          </section>
        </>
      )}
      {state === "new" && (
        <Button
          small
          kind="main"
          aria-label={`Send a test to ${name}`}
          aria-disabled={isBusy}
          onClick={() => void ask(() => actions.testChannel(name))}
        >
          Send a test
        </Button>
      )}
      {state === "tested" && (
        <fieldset className="channel-arrived">
          <legend className="sr">Did the test to {name} arrive?</legend>
          <span aria-hidden="true">Did it arrive?</span>
          <Button small kind="main" onClick={() => void ask(() => actions.confirmChannel(name, true))}>
            Yes, use it
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
            No
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
        It is told nothing more, also not what waits to be sent, and its password or address is forgotten.
      </RemoveDialog>
    </div>
  );
}

function stateWords({ state, failure, used_at, key_source }: Channel): string {
  if (failure) return `Failed ${age(failure.at, Date.now())}: ${failure.message}`;
  if (state === "new") return "Not tested yet";
  if (state === "tested") return "Tested, and waits for your word";
  const kept = key_source === "session" ? ", until you quit: this computer has no keychain" : "";
  return used_at === null ? `Works, not used yet${kept}` : `Works, last used ${age(used_at, Date.now())}${kept}`;
}

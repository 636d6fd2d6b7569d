import { useState } from "react";
import { Button, IconButton } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Icon } from "../../components/icon";
import { Menu } from "../../components/menu";
import { wordsOf } from "../../components/use-answer";
import type { ProviderRow } from "../../ipc/types";
import { hostOf, keyWords, testWords } from "../../providers/presets";
import { actions } from "../../state/actions";

interface ProviderLineProps {
  row: ProviderRow;
  onChangeKey: () => void;
  onRemoved: () => void;
}

type Outcome = { at: "none" } | { at: "asking" } | { at: "answered"; words: string } | { at: "refused"; words: string };

/** One provider: where it is, where its key comes from, and whether it answers. */
export function ProviderLine({ row, onChangeKey, onRemoved }: ProviderLineProps) {
  const [outcome, setOutcome] = useState<Outcome>({ at: "none" });
  const [isRemoving, setRemoving] = useState(false);

  const test = async () => {
    setOutcome({ at: "asking" });
    try {
      const found = await actions.testProvider(row.name);
      setOutcome({ at: "answered", words: testWords(found.latency_ms, found.models.length) });
    } catch (error) {
      setOutcome({ at: "refused", words: wordsOf(error) });
    }
  };
  const remove = async () => {
    setRemoving(false);
    try {
      await actions.removeProvider(row.name);
      onRemoved();
    } catch (error) {
      setOutcome({ at: "refused", words: wordsOf(error) });
    }
  };

  return (
    <div className="set-row">
      {outcome.at === "refused" && (
        <span className="set-bad">
          <Icon name="octagon-x" />
        </span>
      )}
      <div className="grow">
        <div className="set-row-label">
          <strong>{row.kind === "practice" ? "Practice model" : row.name}</strong>
        </div>
        <div className="meta num">{factsOf(row)}</div>
        {outcome.at === "refused" && (
          <div className="meta set-bad" role="alert">
            {outcome.words}
          </div>
        )}
      </div>
      <span className="meta num" role="status">
        {outcome.at === "answered" && outcome.words}
        {outcome.at === "asking" && "asking"}
      </span>
      {row.kind !== "practice" && (
        <Button small disabled={outcome.at === "asking"} onClick={() => void test()}>
          Test
        </Button>
      )}
      <Menu
        trigger={<IconButton icon="ellipsis" label={`More for ${row.name}`} />}
        items={[
          ...(row.kind === "practice"
            ? []
            : [{ label: "New key or address", icon: "key-round" as const, onSelect: onChangeKey }]),
          { label: "Remove", icon: "trash-2", danger: true, onSelect: () => setRemoving(true) },
        ]}
      />
      <Dialog
        open={isRemoving}
        onClose={() => setRemoving(false)}
        title={`Remove ${row.name}?`}
        actions={
          <>
            <Button kind="quiet" onClick={() => setRemoving(false)}>
              Cancel
            </Button>
            <Button kind="danger" onClick={() => void remove()}>
              Remove {row.name}
            </Button>
          </>
        }
      >
        Your chats stay. {forgottenWords(row)}Tasks that use it will ask for another model.
      </Dialog>
    </div>
  );
}

function factsOf(row: ProviderRow): string {
  if (row.kind === "practice") return "Sample text, not a real answer. Needs no key and no network";
  return `${hostOf(row.base_url)}, ${keyWords(row)}`;
}

function forgottenWords({ key_source }: ProviderRow): string {
  if (key_source === "keychain") return "Its key is taken out of the keychain. ";
  return key_source === "session" ? "Its key is forgotten. " : "";
}

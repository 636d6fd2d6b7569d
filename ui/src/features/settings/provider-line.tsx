import { useState } from "react";
import { Button, IconButton } from "../../components/button";
import { counted } from "../../components/counted";
import { Icon } from "../../components/icon";
import { Menu } from "../../components/menu";
import { sentence } from "../../components/sentence";
import { wordsOf } from "../../components/use-answer";
import type { Models, ProviderRow } from "../../ipc/types";
import { hostOf, keyWords, testWords } from "../../providers/presets";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { RemoveDialog } from "./remove-dialog";

interface ProviderLineProps {
  row: ProviderRow;
  onChangeKey: () => void;
  onRemoved: () => void;
}

type Outcome = { at: "none" } | { at: "asking" } | { at: "answered"; words: string } | { at: "refused"; words: string };

/** One provider: where it is, where its key comes from, and whether it answers. */
export function ProviderLine({ row, onChangeKey, onRemoved }: ProviderLineProps) {
  const known = useStore((state) => state.models);
  const [tested, setOutcome] = useState<Outcome>({ at: "none" });
  const outcome = tested.at === "none" ? statusOf(row, known) : tested;
  const [isRemoving, setRemoving] = useState(false);

  const test = async () => {
    setOutcome({ at: "asking" });
    try {
      const found = await actions.testProvider(row.name);
      setOutcome({ at: "answered", words: testWords(found.latency_ms, found.models.length) });
      // It is back: what it named a while ago may not be all.
      if (outcome.at === "refused") void actions.loadModels();
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
          <div className="meta set-bad" role={tested.at === "refused" ? "alert" : undefined}>
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
            : [{ label: "Change key, address, headers", icon: "pencil" as const, onSelect: onChangeKey }]),
          { label: "Remove", icon: "trash-2", danger: true, onSelect: () => setRemoving(true) },
        ]}
      />
      <RemoveDialog open={isRemoving} name={row.name} onClose={() => setRemoving(false)} onRemove={() => void remove()}>
        Your chats stay. {forgottenWords(row)}Tasks that use it will ask for another model.
      </RemoveDialog>
    </div>
  );
}

/** What its list of models says about it, until it is tested. */
function statusOf({ name }: ProviderRow, known: Models | null): Outcome {
  const problem = known?.problems.find(({ provider }) => provider === name);
  if (problem) return { at: "refused", words: sentence(problem.message) };
  const models = known?.models.filter(({ provider }) => provider === name).length ?? 0;
  return models > 0 ? { at: "answered", words: counted(models, "model") } : { at: "none" };
}

function factsOf(row: ProviderRow): string {
  if (row.kind === "practice") return "Sample text, not a real answer. Needs no key and no network";
  const more = [
    row.headers.length > 0 && `with ${row.headers.join(", ")}`,
    row.proxy && `through ${hostOf(row.proxy)}`,
  ];
  return [hostOf(row.base_url), keyWords(row), ...more].filter(Boolean).join(", ");
}

function forgottenWords({ key_source, headers }: ProviderRow): string {
  if (key_source === "none" && headers.length > 0) return "Its headers are taken out of the keychain. ";
  if (key_source === "keychain") return "Its key is taken out of the keychain. ";
  return key_source === "session" ? "Its key is forgotten. " : "";
}

import { useState } from "react";
import { Button, IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import { Menu } from "../../components/menu";
import { sentence } from "../../components/sentence";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
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
          <strong>{row.kind === "practice" ? t("Practice model") : row.name}</strong>
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
        {outcome.at === "asking" && t("asking")}
      </span>
      {row.kind !== "practice" && (
        <Button small disabled={outcome.at === "asking"} onClick={() => void test()}>
          {t("Test")}
        </Button>
      )}
      <Menu
        trigger={<IconButton icon="ellipsis" label={t("More for {name}", { name: row.name })} />}
        items={[
          ...(row.kind === "practice"
            ? []
            : [{ label: t("Change key, address, headers"), icon: "pencil" as const, onSelect: onChangeKey }]),
          { label: t("Remove"), icon: "trash-2", danger: true, onSelect: () => setRemoving(true) },
        ]}
      />
      <RemoveDialog open={isRemoving} name={row.name} onClose={() => setRemoving(false)} onRemove={() => void remove()}>
        {[t("Your chats stay."), forgottenWords(row), t("Tasks that use it will ask for another model.")]
          .filter(Boolean)
          .join(" ")}
      </RemoveDialog>
    </div>
  );
}

/** What its list of models says about it, until it is tested. */
function statusOf({ name }: ProviderRow, known: Models | null): Outcome {
  const problem = known?.problems.find(({ provider }) => provider === name);
  if (problem) return { at: "refused", words: sentence(problem.message) };
  const models = known?.models.filter(({ provider }) => provider === name).length ?? 0;
  return models > 0
    ? { at: "answered", words: t("{n, plural, one {# model} other {# models}}", { n: models }) }
    : { at: "none" };
}

function factsOf(row: ProviderRow): string {
  if (row.kind === "practice") return t("Sample text, not a real answer. Needs no key and no network");
  const more = [
    row.headers.length > 0 && t("with {headers}", { headers: row.headers.join(", ") }),
    row.proxy && t("through {host}", { host: hostOf(row.proxy) }),
  ];
  return [hostOf(row.base_url), keyWords(row), ...more].filter(Boolean).join(", ");
}

function forgottenWords({ key_source, headers }: ProviderRow): string {
  if (key_source === "none" && headers.length > 0) return t("Its headers are taken out of the keychain.");
  if (key_source === "keychain") return t("Its key is taken out of the keychain.");
  return key_source === "session" ? t("Its key is forgotten.") : "";
}

import { useEffect, useState } from "react";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Note } from "../../components/note";
import { useAnswer } from "../../components/use-answer";
import { t } from "../../i18n";
import type { AddedProvider, ProviderRow, Settings } from "../../ipc/types";
import { draftOf, KEPT_FOR_THIS_RUN, type ProviderDraft, placeOf, presets } from "../../providers/presets";
import { ProviderForm } from "../../providers/provider-form";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { LocalServers } from "./local-servers";
import { ModelPickers } from "./model-pickers";
import { PriceRows } from "./price-rows";
import { ProviderLine } from "./provider-line";
import { Section } from "./section";
import { SilenceRows } from "./silence-rows";

/** The ways to reach models, and which model answers. */
export function ModelsSection({ settings, hasKeychain }: { settings: Settings; hasKeychain: boolean | undefined }) {
  const providers = useAnswer(actions.providers);
  const [form, setForm] = useState<{ start?: ProviderDraft } | null>(null);
  const [note, setNote] = useState<string | null>(null);
  useEffect(() => void actions.loadModels(), []);

  const changed = () => {
    providers.again();
    void actions.loadModels();
  };
  const added = (provider: AddedProvider, models: string[]) => {
    setForm(null);
    setNote(provider.key_source === "session" ? KEPT_FOR_THIS_RUN : null);
    const [first] = models;
    // With one model there is nothing to choose; with several the user does, just below.
    if (first && models.length === 1 && settings.default_model === null) {
      void actions.saveSettings({ default_model: `${provider.name}/${first}` });
    }
    changed();
  };

  // A wish of another page: that the key of one provider is asked for.
  const keyFor = useStore((state) => state.keyFor);
  useEffect(() => {
    if (keyFor === null || !providers.value) return;
    const row = providers.value.find(({ name }) => name === keyFor);
    // One that was never added, or is gone, may still be a known one.
    const preset = presets.find(({ name }) => name === keyFor);
    setForm(row ? { start: startOf(row) } : preset ? { start: draftOf(preset) } : {});
    actions.wishDone("keyFor");
  }, [keyFor, providers.value]);

  return (
    <Section
      id="models"
      title={t("Models")}
      aside={
        <Button small icon="plus" onClick={() => setForm({})}>
          {t("Add")}
        </Button>
      }
    >
      {hasKeychain === false && !note && (
        <Note icon="key-round">
          {t(
            "No system keychain was found. A key you paste is kept for this run only; a key from an environment variable is there each time.",
          )}
        </Note>
      )}
      {note && (
        <Note kind="you" icon="key-round" role="status">
          {note}
        </Note>
      )}
      <div className="set-card">
        {providers.value?.map((row) => (
          <ProviderLine
            key={row.id}
            row={row}
            onChangeKey={() => setForm({ start: startOf(row) })}
            onRemoved={changed}
          />
        ))}
        {providers.value?.length === 0 && (
          <p className="set-row soft">{t("No models yet. Add a provider, or look for servers on this computer.")}</p>
        )}
        {providers.error && (
          <Note kind="fail" icon="octagon-x" role="alert">
            {providers.error}
          </Note>
        )}
        <LocalServers known={providers.value ?? []} onAdded={added} />
      </div>
      <ModelPickers settings={settings} />
      <PriceRows settings={settings} />
      <SilenceRows settings={settings} />
      <Dialog
        wide
        open={form !== null}
        onClose={() => setForm(null)}
        title={titleOf(form?.start, providers.value ?? [])}
      >
        {form && (
          <ProviderForm
            {...form}
            taken={providers.value?.map(({ name }) => name) ?? []}
            hasKeychain={hasKeychain}
            onAdded={added}
            onCancel={() => setForm(null)}
          />
        )}
      </Dialog>
    </Section>
  );
}

function titleOf(start: ProviderDraft | undefined, known: ProviderRow[]): string {
  if (!start) return t("Add models");
  const { name } = start;
  return known.some((one) => one.name === name) ? t("Change {name}", { name }) : t("Add {name}", { name });
}

function startOf(row: ProviderRow): ProviderDraft {
  return {
    name: row.name,
    kind: row.kind,
    baseUrl: row.base_url,
    keyKind: row.key_source === "environment" ? "environment" : "paste",
    key: "",
    keyEnv: row.key_env ?? "",
    headers: row.headers.map((name) => ({
      name,
      value: "",
      keptAt: placeOf({ baseUrl: row.base_url, proxy: row.proxy ?? "" }),
    })),
    proxy: row.proxy ?? "",
  };
}

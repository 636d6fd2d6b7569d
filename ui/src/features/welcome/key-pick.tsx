import { type KeyboardEvent, useState } from "react";
import { Button } from "../../components/button";
import { Select, TextField } from "../../components/field";
import { t } from "../../i18n";
import type { NewProvider } from "../../ipc/types";
import { isComposing } from "../../keys/chord";
import { DialectField } from "../../providers/dialect-field";
import { KeyFields, PastedKey } from "../../providers/key-fields";
import { draftOf, flaws, newProviderOf, type ProviderDraft, presets } from "../../providers/presets";
import { useKeyService } from "../../providers/use-key-service";
import { News } from "./news";
import { Pick } from "./pick";
import { TestNote, type TestState, testOf } from "./test-note";

export interface KeyChoice {
  provider: NewProvider;
  model: string;
}

interface KeyPickProps {
  picked: string;
  onPick: (value: string) => void;
  /** Told once a test succeeded and a model is chosen, and with `null` when that no longer holds. */
  onReady: (choice: KeyChoice | null) => void;
  /** `undefined` until it is known. */
  hasKeychain: boolean | undefined;
}

const withKey = presets.filter((preset) => preset.wantsKey);

/** A provider behind a key: paste it, test it, choose a model. */
export function KeyPick({ picked, onPick, onReady, hasKeychain }: KeyPickProps) {
  const [preset, setPreset] = useState(presets[0]);
  const [draft, setDraft] = useState(draftOf(presets[0]));
  const [model, setModel] = useState("");
  const [test, setTest] = useState<TestState>({ at: "none" });
  const [showsFlaws, setShowsFlaws] = useState(false);
  const isCustom = preset.id === "custom";

  const change = (part: Partial<ProviderDraft>) => {
    setDraft({ ...draft, ...part });
    setTest({ at: "none" });
    onReady(null);
  };
  const ownKey = useKeyService(draft, change);
  const found = showsFlaws ? flaws(draft) : {};
  const wrong = ownKey.cleared === null ? found : { ...found, key: ownKey.cleared };
  const choosePreset = (id: string) => {
    const next = presets.find((one) => one.id === id) ?? presets[0];
    ownKey.left(preset.label);
    setPreset(next);
    change({ ...draftOf(next), name: next.name || "custom", key: "" });
  };
  const changeKey = (part: Partial<ProviderDraft>) => {
    ownKey.written();
    change(part);
  };
  const chooseModel = (next: string) => {
    setModel(next);
    onReady({ provider: newProviderOf(draft), model: next });
  };
  const ask = async () => {
    if (test.at === "asking" || !ownKey.fits()) return;
    setShowsFlaws(true);
    if (Object.keys(flaws(draft)).length > 0) return;
    const found = await testOf(newProviderOf(draft), setTest);
    const first = found?.models[0];
    if (first) chooseModel(first);
  };
  const testOnEnter = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || isComposing(event.nativeEvent) || test.at === "answered") return;
    event.preventDefault();
    void ask();
  };

  return (
    <Pick
      value="key"
      picked={picked}
      onPick={onPick}
      title={t("A provider, with your key")}
      detail={t("OpenAI, Anthropic, Gemini, OpenRouter, Groq, Mistral, or another address")}
    >
      <div className="wel-line">
        <Select
          label={t("Provider")}
          value={preset.id}
          options={withKey.map((one) => ({ value: one.id, label: one.label }))}
          onChange={choosePreset}
        />
        {isCustom && <DialectField draft={draft} onChange={change} />}
        {isCustom && (
          <TextField
            label={t("Address")}
            className="grow"
            placeholder="https://example.org/v1"
            value={draft.baseUrl}
            error={wrong.baseUrl}
            onChange={(event) => change({ baseUrl: event.target.value })}
            onBlur={() => ownKey.fits()}
            onKeyDown={testOnEnter}
          />
        )}
      </div>
      <div className="wel-line">
        {isCustom ? (
          <KeyFields
            draft={draft}
            wrong={wrong}
            hasKeychain={hasKeychain}
            isFirst={false}
            onKeyDown={testOnEnter}
            onChange={changeKey}
          />
        ) : (
          <PastedKey
            label={t("Key")}
            className="grow"
            draft={draft}
            error={wrong.key}
            hasKeychain={hasKeychain}
            onWrite={(key) => changeKey({ key })}
            onKeyDown={testOnEnter}
          />
        )}
        <Button
          className={isCustom ? undefined : "wel-test"}
          aria-disabled={test.at === "asking"}
          onClick={() => void ask()}
        >
          {t("Test")}
        </Button>
      </div>
      {test.at !== "none" && (
        <News about={test.at}>
          <TestNote state={test} />
          {test.at === "answered" && test.test.models.length > 0 && (
            <Select
              label={t("Model")}
              value={model}
              options={test.test.models.map((name) => ({ value: name, label: name }))}
              onChange={chooseModel}
            />
          )}
        </News>
      )}
    </Pick>
  );
}

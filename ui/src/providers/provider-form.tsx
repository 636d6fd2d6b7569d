import { type FormEvent, useRef, useState } from "react";
import { Button } from "../components/button";
import { Select, TextField } from "../components/field";
import { Note } from "../components/note";
import { wordsOf } from "../components/use-answer";
import { t } from "../i18n";
import type { AddedProvider, ProviderTest } from "../ipc/types";
import { actions } from "../state/actions";
import { DialectField } from "./dialect-field";
import { ExtraFields } from "./extra-fields";
import { KeyFields } from "./key-fields";
import { draftOf, flaws, newProviderOf, type Preset, type ProviderDraft, presets, testWords } from "./presets";
import { saidHere } from "./said-here";
import { useKeyService } from "./use-key-service";
import "./provider-form.css";

interface ProviderFormProps {
  /** A provider that exists: its name stays, and it gets a new key. */
  start?: ProviderDraft;
  /** Names that other providers have. */
  taken: string[];
  /** `undefined` until it is known. */
  hasKeychain: boolean | undefined;
  onAdded: (added: AddedProvider, models: string[]) => void;
  onCancel?: () => void;
}

/** Name, address and key of a provider. It is asked once, live, before anything is kept. */
export function ProviderForm({ start, taken, hasKeychain, onAdded, onCancel }: ProviderFormProps) {
  const [draft, setDraft] = useState(start ?? draftOf(presets[0], taken));
  const [preset, setPreset] = useState<Preset>(presets[0]);
  const [showsFlaws, setShowsFlaws] = useState(false);
  const [step, setStep] = useState<Step>({ at: "edit" });
  const form = useRef<HTMLFormElement>(null);
  const others = start ? [] : taken;

  const change = (part: Partial<ProviderDraft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setStep({ at: "edit" });
  };
  const ownKey = useKeyService(draft, change);
  const found = showsFlaws ? flaws(draft, others) : {};
  const wrong = ownKey.cleared === null ? found : { ...found, key: ownKey.cleared };
  const choose = (id: string) => {
    const next = presets.find((one) => one.id === id) ?? presets[0];
    ownKey.left(preset.label);
    setPreset(next);
    // A key belongs to one service.
    change(draftOf(next, taken));
    setShowsFlaws(false);
  };
  const add = async (models: string[]) => {
    setStep({ at: "busy", words: t("Adding…") });
    try {
      onAdded(await actions.addProvider(newProviderOf(draft)), models);
    } catch (error) {
      setStep({ at: "refused", words: wordsOf(error) });
    }
  };
  const test = async () => {
    setStep({ at: "busy", words: t("Asking the provider…") });
    try {
      setStep({ at: "tested", test: await actions.tryProvider(newProviderOf(draft)) });
    } catch (error) {
      setStep({ at: "refused", words: wordsOf(error) });
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (step.at === "busy") return;
    if (!ownKey.fits() || Object.keys(flaws(draft, others)).length > 0) {
      setShowsFlaws(true);
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
      return;
    }
    if (step.at === "tested") void add(step.test.models);
    else void test();
  };

  return (
    <form ref={form} className="provider-form" onSubmit={onSubmit} noValidate>
      {!start && (
        <Select
          label={t("Provider")}
          value={preset.id}
          options={presets.map((one) => ({ value: one.id, label: one.label }))}
          onChange={choose}
        />
      )}
      {!start && preset.id === "custom" && <DialectField draft={draft} onChange={change} />}
      <div className="provider-form-pair">
        <TextField
          label={t("Name")}
          value={draft.name}
          disabled={start !== undefined}
          error={wrong.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        <TextField
          label={t("Address")}
          value={draft.baseUrl}
          placeholder="https://example.org/v1"
          inputMode="url"
          error={wrong.baseUrl}
          onChange={(event) => change({ baseUrl: event.target.value })}
          onBlur={() => ownKey.fits()}
        />
      </div>
      <KeyFields
        draft={draft}
        wrong={wrong}
        onChange={(part) => {
          ownKey.written();
          change(part);
        }}
        hasKeychain={hasKeychain}
        isFirst={start !== undefined}
      />
      <ExtraFields draft={draft} wrong={wrong} onChange={change} />
      <TestResult step={step} />
      <div className="provider-form-actions">
        {onCancel && (
          <Button kind="quiet" onClick={onCancel}>
            {t("Cancel")}
          </Button>
        )}
        {step.at === "refused" && <Button onClick={() => void add([])}>{t("Keep it anyway")}</Button>}
        <Button type="submit" kind="main" aria-disabled={step.at === "busy"}>
          {step.at === "tested" ? (start ? t("Save") : t("Add")) : t("Test")}
        </Button>
      </div>
    </form>
  );
}

type Step =
  | { at: "edit" }
  | { at: "busy"; words: string }
  | { at: "tested"; test: ProviderTest }
  | { at: "refused"; words: string };

function TestResult({ step }: { step: Step }) {
  switch (step.at) {
    case "busy":
      return <Note role="status">{step.words}</Note>;
    case "tested": {
      const words = testWords(step.test.latency_ms, step.test.models.length);
      return (
        <Note icon="circle-check" role="status">
          <span className="num">{words.charAt(0).toUpperCase() + words.slice(1)}.</span>
        </Note>
      );
    }
    case "refused":
      return (
        <Note kind="fail" icon="octagon-x" role="alert">
          {saidHere(step.words)}
        </Note>
      );
    default:
      return null;
  }
}

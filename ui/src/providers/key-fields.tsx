import type { KeyboardEvent } from "react";
import { Select, TextField } from "../components/field";
import { t } from "../i18n";
import { type KeyKind, type ProviderDraft, pastedKeyHint } from "./presets";

interface KeyFieldsProps {
  draft: ProviderDraft;
  wrong: { key?: string; keyEnv?: string };
  onChange: (part: Partial<ProviderDraft>) => void;
  /** `undefined` until it is known. */
  hasKeychain: boolean | undefined;
  /** The key is what the form was opened for. */
  isFirst: boolean;
  onKeyDown?: (event: KeyboardEvent) => void;
}

/** Where the key comes from, and the field for it. A key goes in and never comes back out. */
export function KeyFields({ draft, wrong, onChange, hasKeychain, isFirst, onKeyDown }: KeyFieldsProps) {
  return (
    <div className="provider-form-pair">
      <Select
        label={t("Key")}
        value={draft.keyKind}
        options={[
          { value: "paste", label: t("Paste a key") },
          { value: "environment", label: t("From a variable") },
          { value: "none", label: t("No key") },
        ]}
        onChange={(value) => onChange({ keyKind: value as KeyKind })}
      />
      {draft.keyKind === "paste" && (
        <PastedKey
          label={t("The key")}
          data-first={isFirst}
          draft={draft}
          error={wrong.key}
          hasKeychain={hasKeychain}
          onWrite={(key) => onChange({ key })}
          onKeyDown={onKeyDown}
        />
      )}
      {draft.keyKind === "environment" && (
        <TextField
          label={t("Environment variable")}
          data-first={isFirst}
          placeholder="OPENAI_API_KEY"
          value={draft.keyEnv}
          error={wrong.keyEnv}
          hint={t("Read each time it is needed. Only the name is stored.")}
          onChange={(event) => onChange({ keyEnv: event.target.value })}
          onKeyDown={onKeyDown}
        />
      )}
    </div>
  );
}

interface PastedKeyProps {
  label: string;
  className?: string;
  "data-first"?: boolean;
  draft: ProviderDraft;
  error: string | undefined;
  hasKeychain: boolean | undefined;
  onWrite: (key: string) => void;
  onKeyDown: ((event: KeyboardEvent) => void) | undefined;
}

/** The field for a key that is pasted, and where it will be kept. */
export function PastedKey({ draft, hasKeychain, onWrite, ...field }: PastedKeyProps) {
  return (
    <TextField
      {...field}
      type="password"
      autoComplete="new-password"
      placeholder={t("Paste a key")}
      value={draft.key}
      hint={pastedKeyHint(hasKeychain)}
      onChange={(event) => onWrite(event.target.value)}
    />
  );
}

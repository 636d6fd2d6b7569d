import { Select } from "../components/field";
import { t } from "../i18n";
import type { ProviderKind } from "../ipc/types";
import { dialects, type ProviderDraft } from "./presets";

interface DialectFieldProps {
  draft: ProviderDraft;
  onChange: (part: Partial<ProviderDraft>) => void;
}

/** What an address speaks that nobody knows beforehand. */
export function DialectField({ draft, onChange }: DialectFieldProps) {
  return (
    <Select
      label={t("It speaks")}
      value={draft.kind}
      options={[...dialects]}
      onChange={(value) => onChange({ kind: value as ProviderKind })}
    />
  );
}

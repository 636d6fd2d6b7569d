import { RadioGroup } from "radix-ui";
import { t } from "../../i18n";
import { chosen, LANGUAGES, type Language, speak } from "../../i18n/language";
import type { Settings, Theme } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { textSizes } from "../../state/text-size";
import { Row, Section } from "./section";

const THEMES: { value: Theme; label: string }[] = [
  { value: "system", label: t("System") },
  { value: "light", label: t("Light") },
  { value: "dark", label: t("Dark") },
  { value: "high_contrast", label: t("High contrast") },
];

/** Each by its own name: it is looked for by those who do not read the others. */
const LANGUAGE_CHOICES: { value: Language | "system"; label: string }[] = [
  { value: "system", label: t("System") },
  ...Object.entries(LANGUAGES).map(([value, label]) => ({ value: value as Language, label })),
];

/** Light, dark, or as the system says; and in which language, and how large, it is written. */
export function AppearanceSection({ settings }: { settings: Settings }) {
  const textSize = useStore((state) => state.textSize);
  return (
    <Section id="appearance" title={t("Appearance")}>
      <div className="set-card">
        <Row label={t("Language")}>
          <OneOf
            label={t("Language")}
            value={chosen() ?? "system"}
            options={LANGUAGE_CHOICES}
            onChange={(choice) => speak(choice === "system" ? null : choice)}
          />
        </Row>
        <Row
          label={t("Theme")}
          hint={
            settings.theme === "high_contrast"
              ? t("Light or dark as the system says, with every edge drawn.")
              : undefined
          }
        >
          <OneOf
            label={t("Theme")}
            value={settings.theme}
            options={THEMES}
            onChange={(theme) => void actions.saveSettings({ theme })}
          />
        </Row>
        <Row label={t("Text size")} hint={sizeKeys()}>
          <OneOf label={t("Text size")} value={textSize} options={textSizes} onChange={actions.setTextSize} />
        </Row>
      </div>
    </Section>
  );
}

function sizeKeys(): string | undefined {
  const [first, second] = [keysOf("text-larger"), keysOf("text-smaller")].filter(Boolean);
  if (first === undefined) return undefined;
  return second === undefined
    ? t("Also {keys}, on every page.", { keys: first })
    : t("Also {first} and {second}, on every page.", { first, second });
}

interface OneOfProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

function OneOf<T extends string>({ label, value, options, onChange }: OneOfProps<T>) {
  return (
    <RadioGroup.Root
      className="set-seg"
      aria-label={label}
      orientation="horizontal"
      value={value}
      onValueChange={(chosen) => onChange(chosen as T)}
    >
      {options.map((option) => (
        <RadioGroup.Item key={option.value} value={option.value} className="set-seg-item">
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}

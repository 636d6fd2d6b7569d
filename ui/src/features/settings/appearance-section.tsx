import { RadioGroup } from "radix-ui";
import type { Settings, Theme } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { textSizes } from "../../state/text-size";
import { Row, Section } from "./section";

const THEMES: { value: Theme; label: string }[] = [
  { value: "system", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "high_contrast", label: "High contrast" },
];

/** Light, dark, or as the system says; and how large it is written. */
export function AppearanceSection({ settings }: { settings: Settings }) {
  const textSize = useStore((state) => state.textSize);
  return (
    <Section id="appearance" title="Appearance">
      <div className="set-card">
        <Row
          label="Theme"
          hint={
            settings.theme === "high_contrast" ? "Light or dark as the system says, with every edge drawn." : undefined
          }
        >
          <OneOf
            label="Theme"
            value={settings.theme}
            options={THEMES}
            onChange={(theme) => void actions.saveSettings({ theme })}
          />
        </Row>
        <Row label="Text size" hint={sizeKeys()}>
          <OneOf label="Text size" value={textSize} options={textSizes} onChange={actions.setTextSize} />
        </Row>
      </div>
    </Section>
  );
}

function sizeKeys(): string | undefined {
  const keys = [keysOf("text-larger"), keysOf("text-smaller")].filter(Boolean).join(" and ");
  return keys === "" ? undefined : `Also ${keys}, on every page.`;
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

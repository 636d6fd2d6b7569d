import { RadioGroup } from "radix-ui";
import type { Settings, Theme } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Row, Section } from "./section";

const THEMES: [Theme, string][] = [
  ["system", "System"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** Light, dark, or as the system says. */
export function AppearanceSection({ settings }: { settings: Settings }) {
  return (
    <Section id="appearance" title="Appearance">
      <div className="set-card">
        <Row label="Theme">
          <RadioGroup.Root
            className="set-seg"
            aria-label="Theme"
            orientation="horizontal"
            value={settings.theme}
            onValueChange={(theme) => void actions.saveSettings({ theme: theme as Theme })}
          >
            {THEMES.map(([theme, label]) => (
              <RadioGroup.Item key={theme} value={theme} className="set-seg-item">
                {label}
              </RadioGroup.Item>
            ))}
          </RadioGroup.Root>
        </Row>
      </div>
    </Section>
  );
}

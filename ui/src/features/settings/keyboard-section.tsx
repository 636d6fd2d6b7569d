import { Switch } from "../../components/field";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { Settings } from "../../ipc/types";
import { written } from "../../keys/chord";
import { groups, type Shortcut, shortcuts } from "../../keys/shortcuts";
import { actions } from "../../state/actions";
import { entersSend } from "../../state/bindings";
import { isRebound, KeyRow } from "./key-row";
import { Row, Section } from "./section";
import "./keyboard-section.css";

/** The keys of everything that has some, and of what could have some. */
export function KeyboardSection({ settings }: { settings: Settings }) {
  const sends = entersSend(settings.shortcuts);
  return (
    <Section id="keyboard" title={t("Keyboard")}>
      <div className="set-card">
        <Row
          label={t("Enter sends")}
          hint={
            sends
              ? t("{keys} begins a new line.", { keys: written("Shift+Enter") })
              : t("Off: Enter begins a new line, and {keys} sends.", { keys: written("Mod+Enter") })
          }
        >
          {(hintId) => (
            <Switch
              label={t("Enter sends")}
              {...(hintId ? { describedBy: hintId } : {})}
              checked={sends}
              onChange={(on) => void actions.setEnterSends(on)}
            />
          )}
        </Row>
        {groups.map((group) => (
          <Group key={group} name={group} quickAsk={settings.quick_ask_shortcut} />
        ))}
      </div>
    </Section>
  );
}

function Group({ name, quickAsk }: { name: Shortcut["group"]; quickAsk: string | null }) {
  const rows = shortcuts.filter((one) => one.group === name && !one.fixed);
  const changed = rows.filter(isRebound).length;
  return (
    <details className="set-fold">
      <summary>
        <Icon name="chevron-right" />
        <span className="grow">{name}</span>
        <span className="meta">
          {changed === 0
            ? t("{n, plural, one {# command} other {# commands}}", { n: rows.length })
            : t("{n, plural, one {# command} other {# commands}}, {changed} changed", { n: rows.length, changed })}
        </span>
      </summary>
      {rows.map((shortcut) => (
        <KeyRow key={shortcut.id} shortcut={shortcut} quickAsk={quickAsk} />
      ))}
    </details>
  );
}

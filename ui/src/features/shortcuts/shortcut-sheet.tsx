import { Dialog } from "../../components/dialog";
import { written } from "../../keys/chord";
import { type Shortcut, shortcuts } from "../../keys/shortcuts";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import "./shortcut-sheet.css";

const GROUPS: Shortcut["group"][] = ["Ask", "When an agent asks", "Chats", "Mission control", "Window"];

/** Every shortcut on one sheet. */
export function ShortcutSheet() {
  const isOpen = useStore((state) => state.shortcutsOpen);
  const quickAsk = useStore((state) => state.settings.quick_ask_shortcut);
  return (
    <Dialog wide isText open={isOpen} onClose={() => actions.openShortcuts(false)} title="Shortcuts">
      <div className="keysheet">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {shortcuts
                .filter((shortcut) => shortcut.group === group && shortcut.chords.length > 0)
                .map((shortcut) => (
                  <Line key={shortcut.id} label={shortcut.label} keys={keysOfAll(shortcut)} />
                ))}
              {group === "Window" && quickAsk && (
                <Line label="Quick ask, from any program" keys={[written(quickAsk)]} />
              )}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function Line({ label, keys }: { label: string; keys: string[] }) {
  return (
    <div className="keysheet-line">
      <dt>{label}</dt>
      <dd>
        {keys.map((one) => (
          <kbd key={one}>{one}</kbd>
        ))}
      </dd>
    </div>
  );
}

function keysOfAll(shortcut: Shortcut): string[] {
  return shortcut.shown ? [written(shortcut.shown)] : shortcut.chords.map((chord) => written(chord));
}

// From keys that were pressed to the text of a chord, such as `Mod+Shift+B`.

import { t } from "../i18n";
import { chordsOf } from "./bindings";
import { isMac, keyIn, matches } from "./chord";
import { type Shortcut, shortcuts } from "./shortcuts";

/** What was pressed while new keys were asked for. */
export type Pressed =
  /** Only modifiers so far. */
  | { kind: "more" }
  /** They cannot be had, and why. */
  | { kind: "refused"; why: string }
  | { kind: "chord"; chord: string };

/** What every text field does with these. */
const OF_TEXT = new Set(["Mod+A", "Mod+C", "Mod+V", "Mod+X", "Mod+Y", "Mod+Z", "Mod+Shift+Z"]);

/** Desktops take these before any program sees them, or should. */
const OF_DESKTOP = new Set(["Alt+F4", "Alt+Tab", "Alt+Shift+Tab", "Alt+Space", "Mod+Alt+Delete"]);
const OF_MAC = new Set(["Mod+Tab", "Mod+Space", "Mod+H", "Mod+M", "Mod+Alt+Escape", "Mod+Alt+D"]);

/** The chord of these keys, or why they cannot be one. */
export function pressed(event: KeyboardEvent, mac = isMac): Pressed {
  const key = keyIn(event);
  if (key === null) return { kind: "more" };
  if (event.getModifierState("AltGraph")) return refused(t("Alt Gr writes signs on this keyboard. Hold Ctrl or Alt."));
  if (event.metaKey && !mac) return refused(t("The logo key belongs to the desktop. Hold Ctrl or Alt."));
  const isMod = mac ? event.metaKey : event.ctrlKey;
  const isFunctionKey = /^F\d+$/.test(key);
  if (!event.ctrlKey && !event.altKey && !event.metaKey && !isFunctionKey) {
    return refused(t("Hold Ctrl or Alt as well: bare keys are for typing."));
  }
  // The text that a shortcut already has for these keys, so that the same keys are the same text.
  const known = holderOf(event, mac)?.chord;
  const held = [isMod && "Mod", mac && event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"];
  const chord = known ?? [...held.filter(Boolean), key].join("+");
  if (OF_TEXT.has(chord)) return refused(t("These keys are for text in every field. Choose others."));
  if ((mac ? OF_MAC : OF_DESKTOP).has(chord) || /^Mod\+Alt\+F\d+$/.test(chord)) {
    return refused(t("The desktop has these keys for itself. Choose others."));
  }
  return { kind: "chord", chord };
}

/** Whose keys these are now; `null` for nobody's. */
export function holderOf(event: KeyboardEvent, mac = isMac): { shortcut: Shortcut; chord: string } | null {
  for (const shortcut of shortcuts) {
    const chord = chordsOf(shortcut.id).find((one) => matches(event, one, mac));
    if (chord !== undefined) return { shortcut, chord };
  }
  return null;
}

const refused = (why: string): Pressed => ({ kind: "refused", why });

// Which keys a shortcut has: those it comes with, or those the user gave it.
import { type Shortcut, type ShortcutId, shortcuts } from "./shortcuts";

/** Keys by the ids of shortcuts; `null` for no keys. What is not named has the keys it comes with. */
export type Bindings = Record<string, string | null>;

const none: readonly string[] = [];

let own: Bindings = {};
let all = new Map<ShortcutId, readonly string[]>();
rebind({});

/** Takes the user's keys. They win over keys that others come with, also those of a newer version. */
export function rebind(bindings: Bindings): void {
  own = bindings;
  const taken = new Set(Object.values(own));
  all = new Map(
    shortcuts.map(({ id, chords }) => {
      const chosen = own[id];
      if (chosen === undefined) return [id, chords.filter((chord) => !taken.has(chord))];
      return [id, chosen === null ? none : [chosen]];
    }),
  );
}

/** The keys of a shortcut; the first one is shown. */
export function chordsOf(id: ShortcutId): readonly string[] {
  return all.get(id) ?? none;
}

/** How its keys are shown, before they are written for this system; empty for none. */
export function shownOf({ id, shown }: Shortcut): readonly string[] {
  return shown === undefined ? chordsOf(id) : [shown];
}

export const isMac = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.platform);

interface Chord {
  ctrl: boolean;
  meta: boolean;
  shift: boolean;
  alt: boolean;
  key: string;
}

/** What a sign becomes under Shift on a US keyboard, and where it sits there. */
const signs: Record<string, { shifted: string; code: string }> = {
  ";": { shifted: ":", code: "Semicolon" },
  ",": { shifted: "<", code: "Comma" },
  "/": { shifted: "?", code: "Slash" },
};

/** Whether a key press is this chord, also on layouts where the letter or sign sits elsewhere. */
export function matches(event: KeyboardEvent, text: string, mac = isMac): boolean {
  const chord = parse(text, mac);
  if (event.ctrlKey !== chord.ctrl || event.metaKey !== chord.meta || event.altKey !== chord.alt) return false;
  const { key } = chord;
  if (/^[A-Z]$/.test(key)) {
    const pressed = event.key.toUpperCase();
    // A layout without Latin letters: the place of the key counts.
    const same = /^[A-Z]$/.test(pressed) ? pressed === key : event.code === `Key${key}`;
    return same && event.shiftKey === chord.shift;
  }
  if (/^[0-9]$/.test(key)) return event.code === `Digit${key}` && event.shiftKey === chord.shift;
  if (key.length === 1) return isSign(event, key, chord.shift);
  return event.key === key && event.shiftKey === chord.shift;
}

function isSign(event: KeyboardEvent, key: string, shift: boolean): boolean {
  const sign = signs[key];
  if (shift && !event.shiftKey) return false;
  // A sign may need Shift on this layout, so its own Shift is not asked for.
  if (event.key === key || (shift && event.key === sign?.shifted)) return true;
  const isForeign = event.key.length === 1 && event.key > "~";
  return isForeign && event.code === sign?.code && event.shiftKey === shift;
}

/** The key that was pressed, as a chord names it; `null` for a modifier alone. */
export function keyIn({ key, code }: KeyboardEvent): string | null {
  if (/^(Control|Shift|Alt|AltGraph|Meta|OS|Dead|Unidentified|CapsLock|Fn)$/.test(key) || key === "") return null;
  if (key === " ") return "Space";
  if (key === "+") return "Plus";
  if (/^Digit[0-9]$/.test(code)) return code.slice("Digit".length);
  if (key.length > 1) return key;
  const letter = key.toUpperCase();
  // A layout without Latin letters, and what Alt makes of letters on a Mac: the place of the key counts.
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  return /^[A-Z]$/.test(letter) ? letter : (place ?? letter);
}

/** A key press that belongs to an input method and not to us. */
export function isComposing(event: { isComposing: boolean; keyCode: number }): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** The chord as it is written on this system, such as `Ctrl ⇧ B` or `⌘ ⇧ B`. */
export function written(text: string, mac = isMac): string {
  return text
    .split("+")
    .map((part) => {
      switch (part) {
        case "Mod":
          return mac ? "⌘" : "Ctrl";
        case "Ctrl":
          return mac ? "⌃" : "Ctrl";
        case "Alt":
          return mac ? "⌥" : "Alt";
        case "Shift":
          return "⇧";
        case "Enter":
          return "↵";
        case "Plus":
          return "+";
        case "Escape":
          return "Esc";
        case "Backspace":
          return "⌫";
        case "ArrowUp":
          return "↑";
        case "ArrowDown":
          return "↓";
        case "ArrowLeft":
          return "←";
        case "ArrowRight":
          return "→";
        default:
          return part;
      }
    })
    .join(" ");
}

function parse(text: string, mac: boolean): Chord {
  const parts = text.split("+");
  const last = parts.at(-1) ?? "";
  const key = last === "Plus" ? "+" : last === "Space" ? " " : last;
  const has = (name: string) => parts.slice(0, -1).includes(name);
  return {
    ctrl: has("Ctrl") || (has("Mod") && !mac),
    meta: has("Mod") && mac,
    shift: has("Shift"),
    alt: has("Alt"),
    key,
  };
}

/** The keys that were pressed, such as `Alt+Shift+Space`. `more`: only modifiers so far; `bare`: none that counts. */
export function chordOf(event: KeyboardEvent, isMac: boolean): string {
  const key = keyOf(event.code);
  if (key === null) return "more";
  const held = [
    event.ctrlKey && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
    event.metaKey && (isMac ? "Cmd" : "Super"),
  ].filter(Boolean);
  const isFunctionKey = /^F\d+$/.test(key);
  const counts = event.ctrlKey || event.altKey || event.metaKey || isFunctionKey;
  return counts ? [...held, key].join("+") : "bare";
}

function keyOf(code: string): string | null {
  if (/^(Control|Shift|Alt|Meta|OS)(Left|Right)?$/.test(code) || code === "" || code === "Unidentified") return null;
  return code.replace(/^Key(?=[A-Z]$)/, "").replace(/^Digit(?=\d$)/, "");
}

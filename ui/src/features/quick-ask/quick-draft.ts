// The text of the small window is its own: the draft of a new chat in the main window must not be replaced by it.
const KEY = "quick-draft";

export function quickDraft(): string {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

export function keepQuickDraft(text: string): void {
  try {
    if (text === "") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, text);
  } catch {
    // Without storage the text lasts as long as the window.
  }
}

// Finding by words: what is typed begins words of what is looked through.

/** The words of a text, without case. Accents do not matter for finding: "muller" finds "Müller". */
export function wordsOf(text: string): string[] {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** Whether every wanted word begins a word of the text. */
export function fits(text: string, wanted: readonly string[]): boolean {
  const has = wordsOf(text);
  return wanted.every((word) => has.some((one) => one.startsWith(word)));
}

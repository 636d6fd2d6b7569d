/** What a provider's refusal says, in a form that is the very place it would send its reader to. */
export function saidHere(words: string): string {
  return words.replace(/ in the settings(?:, then continue)?\b/g, "");
}

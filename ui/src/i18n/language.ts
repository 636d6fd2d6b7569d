// Which language the page speaks. It is settled when the page is loaded: words are made in many places, some of them once.
// Another choice loads the page anew.

/** The languages there are, each by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;

export type Language = keyof typeof LANGUAGES;

/** What the user chose last in this window; without a choice the first language of the system that there is. */
export const language: Language = chosen() ?? navigator.languages.map(known).find((one) => one !== null) ?? "en";

/** For numbers and dates: as the system has it where it speaks the same language. */
export const locale: string = navigator.languages.find((one) => known(one) === language) ?? language;

/** Keeps a choice for the next page; `null` for what the system speaks. */
export function rememberLanguage(choice: Language | null): void {
  try {
    if (choice === null) localStorage.removeItem("language");
    else localStorage.setItem("language", choice);
  } catch {
    // Then the next page speaks as the system does.
  }
}

/** Speaks as it was chosen from now on: the page is loaded anew. */
export function speak(choice: Language | null): void {
  rememberLanguage(choice);
  location.reload();
}

/** The choice this page was loaded with. */
export function chosen(): Language | null {
  try {
    return known(localStorage.getItem("language") ?? "");
  } catch {
    return null;
  }
}

function known(tag: string): Language | null {
  const [primary = ""] = tag.toLowerCase().split("-");
  return primary in LANGUAGES ? (primary as Language) : null;
}

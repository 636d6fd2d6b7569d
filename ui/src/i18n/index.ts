// The words of the window in the language of its user. English stands where it is used and is the name of its translation,
// so a text nobody translated does not compile.

import { IntlMessageFormat } from "intl-messageformat";
import { cloneElement, type ReactElement, type ReactNode } from "react";
import { grouped } from "../components/counted";
import { german } from "./de";
import { language, locale } from "./language";

export { language, locale } from "./language";

/**
 * A text of the window, in English, as an ICU message: `{n, plural, one {# task} other {# tasks}}`.
 *
 * Where the same English is two things elsewhere, a mark at its end tells them apart and is not shown: `Open ~state`.
 */
export type Message = keyof typeof german;

type Values = Record<string, string | number>;

/** A text in the language of the user, with its values in it. */
export function t(message: Message, values?: Values): string {
  const text = translated(message);
  return values === undefined ? text : String(format(text).format(values));
}

/** As `t`, with elements around parts of the text: `<b>all</b> of it`. Each element is given by the name of its tag, empty. */
export function rich(message: Message, elements: Record<string, ReactElement>, values?: Values): ReactNode {
  const around = Object.entries(elements).map(([name, element]) => [
    name,
    (parts: ReactNode[]) => cloneElement(element, { key: name }, ...parts),
  ]);
  const made = format(translated(message)).format<ReactNode>({ ...values, ...Object.fromEntries(around) });
  return made as ReactNode;
}

/** A message as it is written in the language, its mark taken off. */
function translated(message: Message): string {
  const text: string = language === "de" ? german[message] : message;
  return text.replace(MARK, "");
}

const MARK = / ~[a-z]+$/;

// Made once: reading a message costs far more than filling it in, and rows tick every second.
const formats = new Map<string, IntlMessageFormat>();

function format(text: string): IntlMessageFormat {
  let made = formats.get(text);
  if (made === undefined) {
    made = new IntlMessageFormat(text, locale, undefined, { formatters });
    formats.set(text, made);
  }
  return made;
}

const rules = new Map<string, Intl.PluralRules>();

/** Made once as well. */
function rulesFor(...[tags, options]: ConstructorParameters<typeof Intl.PluralRules>): Intl.PluralRules {
  const type = options?.type ?? "cardinal";
  const made = rules.get(type) ?? new Intl.PluralRules(tags, options);
  rules.set(type, made);
  return made;
}

// Counts stand everywhere as `1 204`, also where a message writes them.
const formatters = {
  getNumberFormat: () => ({ format: grouped }) as unknown as Intl.NumberFormat,
  getDateTimeFormat: (...args: ConstructorParameters<typeof Intl.DateTimeFormat>) => new Intl.DateTimeFormat(...args),
  getPluralRules: rulesFor,
};

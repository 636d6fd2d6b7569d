/// <reference types="vite/client" />
import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { describe, expect, it } from "vitest";

const rooms = import.meta.glob<Record<string, Record<string, string>>>("./de/*.ts", { eager: true });
const sources = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.*", "!./**"], {
  eager: true,
  query: "?raw",
  import: "default",
});

const catalogues = Object.entries(rooms)
  .filter(([path]) => !path.endsWith("/index.ts"))
  .map(([path, exported]) => ({ room: path, messages: Object.values(exported)[0] ?? {} }));
const all = catalogues.flatMap(({ messages }) => Object.entries(messages));

/** The names of values and elements in a message. */
function names(message: string): string[] {
  const found = new Set<string>();
  const walk = (elements: MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type !== TYPE.literal && element.type !== TYPE.pound) found.add(element.value);
      if (element.type === TYPE.tag) walk(element.children);
      if (element.type === TYPE.plural || element.type === TYPE.select) {
        for (const { value } of Object.values(element.options)) walk(value);
      }
    }
  };
  walk(parse(message));
  return [...found].sort();
}

describe("the German words", () => {
  it("stand once each", () => {
    const seen = all.map(([english]) => english);
    expect(seen.filter((english, at) => seen.indexOf(english) !== at)).toEqual([]);
  });

  it("have the values and elements of the English ones", () => {
    const odd = all.filter(([english, german]) => names(english).join() !== names(german).join());
    expect(odd).toEqual([]);
  });

  it("are all said somewhere", () => {
    const text = Object.values(sources).join("\n");
    const isSaid = (english: string) => text.includes(JSON.stringify(english)) || text.includes(`'${english}'`);
    const unsaid = all.map(([english]) => english).filter((english) => !isSaid(english));
    expect(unsaid).toEqual([]);
  });
});

import { expect, test } from "vitest";
import { makeModel } from "../ipc/fake-rows";
import type { Models } from "../ipc/types";
import { sectionsOf } from "./find-models";
import { abilitiesOf, contextWords, priceWords } from "./model-words";

const list: Models = {
  models: [
    makeModel({ provider: "openai", name: "gpt-5" }),
    makeModel({ provider: "openai", name: "gpt-5-mini" }),
    makeModel({ provider: "router", name: "openai/gpt-5" }),
    makeModel({ provider: "ollama", name: "qwen3" }),
  ],
  problems: [{ provider: "ollama", message: "nothing is listening there", listed_at: "2026-01-01T00:00:00.000Z" }],
  published_on: "2025-10-01",
};
const shown = (letters: string, favourites: string[] = [], recent: string[] = []) =>
  sectionsOf(list, letters, favourites, recent).map(({ heading, models }) => [heading, ...models.map(({ id }) => id)]);

test("favourites stand first, then what was used last, then each provider, and nothing twice", () => {
  expect(shown("", ["ollama/qwen3", "gone/model"], ["router/openai/gpt-5", "ollama/qwen3", "gone/model"])).toEqual([
    ["Favourites", "ollama/qwen3"],
    ["Used last", "router/openai/gpt-5"],
    ["openai", "openai/gpt-5", "openai/gpt-5-mini"],
    ["ollama"],
  ]);
});

test("letters are looked for in provider and name, favourites and beginnings first", () => {
  expect(shown("gpt", ["router/openai/gpt-5"])).toEqual([
    ["Found", "router/openai/gpt-5", "openai/gpt-5", "openai/gpt-5-mini"],
    ["ollama"],
  ]);
  expect(shown("MINI open")[0]).toEqual(["Found", "openai/gpt-5-mini"]);
  expect(shown("nothing like it")).toEqual([["ollama"]]);
});

test("a name that no server lists can be asked for at each provider, or at the one that is named", () => {
  const anyway = "Not in a list, asked by this name";
  expect(shown("gpt-6-preview")).toEqual([
    ["ollama"],
    [anyway, "openai/gpt-6-preview", "router/gpt-6-preview", "ollama/gpt-6-preview"],
  ]);
  expect(shown("openai/gpt")).toContainEqual([anyway, "openai/gpt"]);
  expect(shown("openai/gpt-5").map(([heading]) => heading)).not.toContain(anyway);
});

test("a provider that does not answer keeps its list, and one that never did has a row too", () => {
  const sections = sectionsOf({ ...list, models: [] }, "", [], []);
  expect(sections.map(({ heading, problem }) => [heading, problem?.message])).toEqual([
    ["ollama", "nothing is listening there"],
  ]);
});

test("5,000 models are looked through in a moment", () => {
  const models = Array.from({ length: 5_000 }, (_, n) => makeModel({ provider: `p${n % 9}`, name: `model-${n}` }));
  const began = performance.now();
  for (const letters of ["", "m", "mo", "model-4", "p3 49"])
    sectionsOf({ ...list, models }, letters, ["p1/model-1"], []);
  expect(performance.now() - began).toBeLessThan(500);
});

test("sizes and prices are said as their makers say them", () => {
  expect([900, 8_192, 40_960, 128_000, 131_072, 200_000].map(contextWords)).toEqual([
    "900",
    "8k",
    "40k",
    "128k",
    "128k",
    "200k",
  ]);
  expect([1_047_576, 1_048_576, 2_000_000].map(contextWords)).toEqual(["1M", "1M", "2M"]);
  expect(priceWords({ input: 2.5, cached: null, output: 10 })).toBe("$2.50 / $10 per million");
  expect(priceWords({ input: 0.075, cached: null, output: 0.3 })).toBe("$0.075 / $0.30 per million");
  expect(priceWords({ input: 0, cached: null, output: 0 })).toBe("free");
});

test("what is unknown is no ability", () => {
  const model = makeModel({ provider: "a", name: "b", images: null, tools: false, reasoning: true, resumes: true });
  expect(abilitiesOf(model).map(({ word }) => word)).toEqual(["reasoning", "resumes"]);
});

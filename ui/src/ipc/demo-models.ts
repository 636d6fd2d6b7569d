// Models of the demo: a handful, or as many as a router lists.
import type { FakeModel } from "./fake-rows";
import type { ModelProblem } from "./types";

export const fewModels: FakeModel[] = [
  { provider: "ollama", name: "qwen3", context: 40_960, images: false, tools: true, reasoning: true },
  { provider: "ollama", name: "gemma3:12b", context: 131_072, images: true, tools: false, reasoning: false },
  {
    provider: "openai",
    name: "gpt-5-mini",
    context: 400_000,
    images: true,
    tools: true,
    reasoning: true,
    price: { input: 0.25, cached: 0.025, output: 2 },
    resumes: true,
  },
  { provider: "practice", name: "practice" },
];

const makers = ["anthropic", "deepseek", "google", "meta-llama", "mistralai", "openai", "qwen", "z-ai"];
const sizes = [8_192, 32_768, 131_072, 200_000, 1_048_576];

export const manyModels: FakeModel[] = [
  ...fewModels,
  ...Array.from({ length: 500 }, (_, n): FakeModel => {
    const input = ((n * 37) % 60) / 20;
    return {
      provider: "openrouter",
      name: `${makers[n % makers.length]}/model-${1 + Math.floor(n / 8)}${n % 5 === 0 ? "-preview:extended-thinking" : ""}`,
      context: n % 11 === 0 ? null : (sizes[n % sizes.length] ?? null),
      images: n % 3 === 0,
      tools: n % 2 === 0,
      reasoning: n % 5 === 0,
      price: n % 7 === 0 ? null : { input, cached: null, output: input * 4 },
    };
  }),
];

export const modelProblems = (now: number): ModelProblem[] => [
  {
    provider: "ollama",
    message: "127.0.0.1:11434 cannot be reached: nothing is listening there",
    listed_at: new Date(now - 3 * 3_600_000).toISOString(),
  },
  { provider: "office", message: "the provider refused the key", listed_at: null },
];

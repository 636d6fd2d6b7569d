import type { Model, ModelProblem, Models } from "../ipc/types";

/** Models that stand together in a list. */
export interface ModelSection {
  heading: string;
  models: Model[];
  /** Why their provider did not name them now. */
  problem: ModelProblem | null;
}

/** Models used last that are shown before all others. */
const RECENT = 4;

/**
 * Without letters, favourites first, then those used last, then each provider. With letters, all models in whose
 * `provider/model` every word stands, favourites first and then those whose name begins like that.
 */
export function sectionsOf(list: Models, letters: string, favourites: string[], recent: string[]): ModelSection[] {
  const words = letters.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length > 0 ? found(list, words, favourites) : browsed(list, favourites, recent);
}

function found(list: Models, words: string[], favourites: string[]): ModelSection[] {
  const [first = ""] = words;
  const rank = (model: Model) =>
    favourites.includes(model.id) ? 0 : model.name.toLowerCase().startsWith(first) ? 1 : 2;
  const fits = list.models
    .filter((model) => words.every((word) => model.id.toLowerCase().includes(word)))
    .map((model) => ({ model, rank: rank(model) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ model }) => model);
  const models = { heading: "Found", models: fits, problem: null };
  return [...(fits.length > 0 ? [models] : []), ...problemsOnly(list)];
}

function browsed(list: Models, favourites: string[], recent: string[]): ModelSection[] {
  const byId = new Map(list.models.map((model) => [model.id, model]));
  const taken = new Set<string>();
  const take = (ids: string[], most: number) => {
    const models = ids.flatMap((id) => (taken.has(id) ? [] : (byId.get(id) ?? []))).slice(0, most);
    for (const model of models) taken.add(model.id);
    return models;
  };
  const first = [
    { heading: "Favourites", models: take(favourites, favourites.length), problem: null },
    { heading: "Used last", models: take([...new Set(recent)], RECENT), problem: null },
  ];
  const providers = new Map<string, Model[]>();
  for (const model of list.models) {
    const models = providers.get(model.provider) ?? [];
    if (!taken.has(model.id)) models.push(model);
    providers.set(model.provider, models);
  }
  for (const { provider } of list.problems) if (!providers.has(provider)) providers.set(provider, []);
  const rest = [...providers].map(([heading, models]) => ({
    heading,
    models,
    problem: list.problems.find(({ provider }) => provider === heading) ?? null,
  }));
  return [...first, ...rest].filter(({ models, problem }) => models.length > 0 || problem);
}

function problemsOnly(list: Models): ModelSection[] {
  return list.problems.map((problem) => ({ heading: problem.provider, models: [], problem }));
}

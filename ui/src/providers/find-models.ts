import { t } from "../i18n";
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
  if (words.length === 0) return browsed(list, favourites, recent);
  const sections = found(list, words, favourites);
  const isFound = sections.some(({ models }) => models.length > 0);
  return [...sections, ...unlisted(list, letters.trim(), isFound)];
}

/** A name that no server lists, for whoever knows it: a preview, a deployment, a model of one's own. */
function unlisted(list: Models, name: string, isFound: boolean): ModelSection[] {
  const providers = [...new Set([...list.models, ...list.problems].map(({ provider }) => provider))].filter(
    (provider) => provider !== "practice",
  );
  const isListed = list.models.some((model) => model.id === name || model.name === name);
  const named = providers.find((provider) => name.startsWith(`${provider}/`));
  if (isListed || /\s/.test(name) || (isFound && !named)) return [];
  const asked = named
    ? [{ provider: named, name: name.slice(named.length + 1) }]
    : providers.map((provider) => ({ provider, name }));
  const models = asked
    .filter((one) => one.name !== "")
    .map(({ provider, name }) => nothingKnown(`${provider}/${name}`));
  return models.length > 0 ? [{ heading: t("Not in a list, asked by this name"), models, problem: null }] : [];
}

/** A model of which only `provider/model` is known. */
export function nothingKnown(id: string): Model {
  const end = id.indexOf("/");
  return {
    id,
    provider: id.slice(0, end),
    name: id.slice(end + 1),
    context: null,
    images: null,
    tools: null,
    reasoning: null,
    price: null,
    price_source: null,
    listed_price: null,
    listed_source: null,
    resumes: false,
    has_batches: false,
  };
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
  const models = { heading: t("Found"), models: fits, problem: null };
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
    { heading: t("Favourites"), models: take(favourites, favourites.length), problem: null },
    { heading: t("Used last"), models: take([...new Set(recent)], RECENT), problem: null },
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

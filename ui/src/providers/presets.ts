import { locale, t } from "../i18n";
import type { LocalServer, NewProvider, ProviderKind, ProviderRow } from "../ipc/types";

export interface Preset {
  id: string;
  label: string;
  /** A good name for the provider, the first half of `provider/model`. */
  name: string;
  kind: ProviderKind;
  baseUrl: string;
  /** False for servers on this computer, which ask for none. */
  wantsKey: boolean;
}

const chat = (id: string, label: string, baseUrl: string): Preset => ({
  id,
  label,
  name: id,
  kind: "openai-chat",
  baseUrl,
  wantsKey: !baseUrl.startsWith("http://127.0.0.1"),
});

/** Providers, with the address to ask and what is spoken there. */
export const presets: readonly [Preset, ...Preset[]] = [
  // What is sent to the background there goes on while this computer sleeps.
  { ...chat("openai", "OpenAI", "https://api.openai.com/v1"), kind: "openai-responses" },
  {
    id: "anthropic",
    label: "Anthropic",
    name: "anthropic",
    kind: "anthropic",
    baseUrl: "https://api.anthropic.com/v1",
    wantsKey: true,
  },
  {
    id: "gemini",
    label: "Google Gemini",
    name: "gemini",
    kind: "gemini",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    wantsKey: true,
  },
  chat("openrouter", "OpenRouter", "https://openrouter.ai/api/v1"),
  chat("groq", "Groq", "https://api.groq.com/openai/v1"),
  chat("mistral", "Mistral", "https://api.mistral.ai/v1"),
  {
    id: "ollama",
    label: "Ollama",
    name: "ollama",
    kind: "ollama",
    baseUrl: "http://127.0.0.1:11434",
    wantsKey: false,
  },
  chat("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1"),
  chat("llamacpp", "llama.cpp", "http://127.0.0.1:8080/v1"),
  { ...chat("custom", t("Another address"), ""), name: "" },
];

/** What another address may speak, the usual first. */
export const dialects: readonly { value: ProviderKind; label: string }[] = [
  { value: "openai-chat", label: t("Chat completions, as most do") },
  { value: "openai-responses", label: t("OpenAI responses") },
  { value: "anthropic", label: t("Anthropic messages") },
  { value: "gemini", label: "Google Gemini" },
  { value: "ollama", label: "Ollama" },
];

export type KeyKind = "paste" | "environment" | "none";

/** A header that is sent with each request. Its value goes in and never comes back out. */
export interface HeaderDraft {
  name: string;
  value: string;
  /** The place, see `placeOf`, at which an empty value stays the one that is kept. */
  keptAt?: string;
}

/** Where secrets of a provider go: they never leave for another address. */
export function placeOf({ baseUrl, proxy }: Pick<ProviderDraft, "baseUrl" | "proxy">): string {
  return [baseUrl, proxy].map((address) => address.trim().replace(/\/+$/, "")).join(" ");
}

/** What the form holds. */
export interface ProviderDraft {
  name: string;
  kind: ProviderKind;
  baseUrl: string;
  keyKind: KeyKind;
  key: string;
  keyEnv: string;
  headers: HeaderDraft[];
  proxy: string;
}

/** A draft for a service; with another account of it there is a name that is free. */
export function draftOf(preset: Preset, taken: string[] = []): ProviderDraft {
  return {
    name: freeName(preset.name, taken),
    kind: preset.kind,
    baseUrl: preset.baseUrl,
    keyKind: preset.wantsKey ? "paste" : "none",
    key: "",
    keyEnv: "",
    headers: [],
    proxy: "",
  };
}

function freeName(name: string, taken: string[]): string {
  if (!name || !isTaken(name, taken)) return name;
  let number = 2;
  while (isTaken(`${name}-${number}`, taken)) number += 1;
  return `${name}-${number}`;
}

const isTaken = (name: string, taken: string[]) => taken.some((one) => one.toLowerCase() === name.toLowerCase());

type Field = "name" | "baseUrl" | "key" | "keyEnv" | "headers" | "proxy";

/** What is still wrong, by field; empty when it can be tried. */
export function flaws(draft: ProviderDraft, taken: string[] = []): Partial<Record<Field, string>> {
  const found: ReturnType<typeof flaws> = {};
  if (!draft.name.trim()) found.name = t("Give it a name.");
  else if (!/^[A-Za-z0-9._-]+$/.test(draft.name.trim())) found.name = t("Letters, digits, - _ and . only.");
  else if (isTaken(draft.name.trim(), taken)) {
    found.name = t("There is one of that name. Take another; its own key is changed in its row.");
  }
  const url = draft.baseUrl.trim();
  if (!/^https?:\/\/[^/]/i.test(url)) {
    const scheme = url.match(/^([a-z]+):/i)?.[1];
    found.baseUrl =
      scheme && !/^https?$/i.test(scheme)
        ? t("Starts with {scheme}. Did you mean http?", { scheme })
        : t("Starts with http:// or https://.");
  }
  if (draft.keyKind === "paste" && !draft.key.trim()) found.key = t("Paste the key, or choose that there is none.");
  if (
    draft.keyKind === "environment" &&
    !/^(MEANWHILE_[A-Za-z0-9_]+|[A-Za-z_][A-Za-z0-9_]*_API_KEY)$/.test(draft.keyEnv.trim())
  ) {
    found.keyEnv = t("The name of a variable that ends with _API_KEY, such as OPENAI_API_KEY.");
  }
  const hasValue = ({ value, keptAt }: HeaderDraft) => value.trim() !== "" || keptAt === placeOf(draft);
  const isHeader = (header: HeaderDraft) => /^[\w!#$%&'*+.^`|~-]+$/.test(header.name.trim()) && hasValue(header);
  if (!draft.headers.every(isHeader)) {
    found.headers = t("A header has a name without spaces, and a value. For another address it is entered again.");
  }
  if (draft.proxy.trim() && !/^https?:\/\/[^/@]+\/?$/i.test(draft.proxy.trim())) {
    found.proxy = t("Starts with http:// or https://, without a password.");
  }
  return found;
}

export function newProviderOf(draft: ProviderDraft): NewProvider {
  return {
    name: draft.name.trim(),
    kind: draft.kind,
    base_url: draft.baseUrl.trim().replace(/\/+$/, ""),
    key: draft.keyKind === "paste" ? draft.key.trim() : null,
    key_env: draft.keyKind === "environment" ? draft.keyEnv.trim() : null,
    headers: Object.fromEntries(draft.headers.map(({ name, value }) => [name.trim(), value.trim()])),
    proxy: draft.proxy.trim() || null,
  };
}

export function newProviderAt(server: LocalServer): NewProvider {
  return { name: server.name, kind: server.kind, base_url: server.base_url, key: null, key_env: null };
}

/** `127.0.0.1:11434` instead of the whole address. */
export function hostOf(baseUrl: string): string {
  try {
    return new URL(baseUrl).host;
  } catch {
    return baseUrl;
  }
}

/** Where the key of a provider comes from, in words. */
export function keyWords(row: Pick<ProviderRow, "key_source" | "key_env">): string {
  switch (row.key_source) {
    case "none":
      return t("no key");
    case "keychain":
      return t("key in the system keychain");
    case "session":
      return t("key kept for this run only");
    case "environment":
      return row.key_env === null ? t("key from the environment") : t("key from {name}", { name: row.key_env });
    default: {
      const unknown: never = row.key_source;
      return unknown;
    }
  }
}

/** `answered in 0.9 s, 4 models`. */
export function testWords(latencyMs: number, models: number): string {
  const tenths = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const time = latencyMs < 1_000 ? `${latencyMs} ms` : `${(latencyMs / 1_000).toLocaleString(locale, tenths)} s`;
  return t("answered in {time}, {n, plural, one {# model} other {# models}}", { time, n: models });
}

/** Where a pasted key goes, under its field; `undefined` is not known yet. */
export function pastedKeyHint(hasKeychain: boolean | undefined): string {
  switch (hasKeychain) {
    case true:
      return t("Kept in the system keychain, never in the database or a log.");
    case false:
      return t("Kept for this run only: there is no system keychain. Never in the database or a log.");
    default:
      return t("Never kept in the database or a log.");
  }
}

/** What to say when a key was stored and there is no keychain. */
export const KEPT_FOR_THIS_RUN = t(
  "There is no system keychain here, so the key is kept for this run only. Enter it again next time, or name an environment variable.",
);

// A pasted key belongs to one service: it stays while its address is corrected, and goes to no other one.
import { useState } from "react";
import { t } from "../i18n";
import type { ProviderDraft } from "./presets";

/** Which service the key of a form is for. */
export function useKeyService(draft: ProviderDraft, change: (part: Partial<ProviderDraft>) => void) {
  const [service, setService] = useState<string | null>(null);
  const [cleared, setCleared] = useState<string | null>(null);
  return {
    /** Why the field is empty again; `null` where nobody emptied it. */
    cleared,
    /** A key was written, beside the address that stands there now. */
    written() {
      setService(serviceOf(draft.baseUrl));
      setCleared(null);
    },
    /** Another service than this one was chosen, and the form begins anew. */
    left(name: string) {
      setService(null);
      setCleared(draft.key === "" ? null : t("The key was taken out: it is for {service}.", { service: name }));
    },
    /** To be asked when the address is left or about to be used. False when the key was for another service: it is taken out. */
    fits(): boolean {
      const now = serviceOf(draft.baseUrl);
      if (draft.keyKind !== "paste" || draft.key === "" || now === null || now === service) return true;
      // Written before there was an address.
      setService(service === null ? now : null);
      if (service === null) return true;
      setCleared(t("The key was taken out: it is for {service}, and this address is of {now}.", { service, now }));
      change({ key: "" });
      return false;
    },
  };
}

/** Whose computers an address is of: `openai.com` for `https://api.openai.com/v1`; `null` while it is none. */
export function serviceOf(baseUrl: string): string | null {
  if (!URL.canParse(baseUrl.trim())) return null;
  const host = new URL(baseUrl.trim()).hostname;
  if (host === "") return null;
  if (/^(localhost|127\..+|\[::1\])$/.test(host)) return t("this computer");
  const labels = host.split(".");
  const isName = /[a-z]/i.test(labels.at(-1) ?? "") && !host.startsWith("[");
  if (!isName) return host;
  // Names such as `example.co.uk` are given out one place further to the left.
  const isDeep = labels.at(-1)?.length === 2 && (labels.at(-2)?.length ?? 0) <= 3;
  return labels.slice(isDeep ? -3 : -2).join(".");
}

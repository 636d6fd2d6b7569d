import { useLayoutEffect, useRef } from "react";
import { Button, IconButton } from "../components/button";
import { TextField } from "../components/field";
import { t } from "../i18n";
import { type HeaderDraft, type ProviderDraft, placeOf } from "./presets";

interface ExtraFieldsProps {
  draft: ProviderDraft;
  wrong: { headers?: string; proxy?: string };
  onChange: (part: Partial<ProviderDraft>) => void;
}

/** What few need: headers, whose values are kept like a key, and a proxy. Open when there is something in it. */
export function ExtraFields({ draft, wrong, onChange }: ExtraFieldsProps) {
  const wasUsed = useRef(draft.headers.length > 0 || draft.proxy !== "");
  // A row that was just added is there to be filled in; one that was taken away leaves the button that adds.
  const body = useRef<HTMLDivElement>(null);
  const count = useRef(draft.headers.length);
  useLayoutEffect(() => {
    const before = count.current;
    count.current = draft.headers.length;
    const rows = body.current?.querySelectorAll<HTMLElement>(".provider-header input");
    if (draft.headers.length > before) rows?.item(2 * (draft.headers.length - 1))?.focus();
    if (draft.headers.length < before) body.current?.querySelector<HTMLElement>(".provider-add-header")?.focus();
  }, [draft.headers.length]);
  const change = (at: number, part: Partial<HeaderDraft>) =>
    onChange({ headers: draft.headers.map((header, index) => (index === at ? { ...header, ...part } : header)) });
  return (
    <details className="provider-extra" open={wasUsed.current}>
      <summary>{t("Headers and proxy")}</summary>
      <div className="provider-extra-body" ref={body}>
        {draft.headers.map((header, at) => (
          // A row is its place: names change while they are typed.
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
          <div key={at} className="provider-header">
            <TextField
              label={t("Header {n}", { n: at + 1 })}
              placeholder="X-Team"
              value={header.name}
              onChange={(event) => onChange({ headers: renamed(draft.headers, at, event.target.value) })}
            />
            <TextField
              label={t("Value of header {n}", { n: at + 1 })}
              type="password"
              autoComplete="new-password"
              value={header.value}
              placeholder={
                header.keptAt !== undefined && header.keptAt === placeOf(draft) ? t("stays as it is") : undefined
              }
              onChange={(event) => change(at, { value: event.target.value })}
            />
            <IconButton
              light
              icon="x"
              label={t("Remove header {n}", { n: at + 1 })}
              onClick={() => onChange({ headers: draft.headers.filter((_, index) => index !== at) })}
            />
          </div>
        ))}
        <div>
          <Button
            small
            icon="plus"
            className="provider-add-header"
            onClick={() => onChange({ headers: [...draft.headers, { name: "", value: "" }] })}
          >
            {t("Add a header")}
          </Button>
          {wrong.headers ? (
            <p className="field-error" role="alert">
              {wrong.headers}
            </p>
          ) : (
            <p className="field-hint">
              {t("Sent with each request. The values are kept where keys are, and never shown.")}
            </p>
          )}
        </div>
        <TextField
          label={t("Proxy")}
          placeholder="http://proxy.example.org:3128"
          inputMode="url"
          value={draft.proxy}
          error={wrong.proxy}
          hint={t("For this provider alone. Empty: as the system says.")}
          onChange={(event) => onChange({ proxy: event.target.value })}
        />
      </div>
    </details>
  );
}

/** Under another name nothing is kept. */
function renamed(headers: HeaderDraft[], at: number, name: string): HeaderDraft[] {
  return headers.map((header, index) => (index === at ? { name, value: header.value } : header));
}

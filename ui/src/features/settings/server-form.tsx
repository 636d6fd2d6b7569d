import { type FormEvent, useState } from "react";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Note } from "../../components/note";
import { Segments } from "../../components/segments";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import { actions } from "../../state/actions";
import { emptyServer, newServerOf, type ServerDraft, serverFlaws } from "../../state/server-words";
import "../../providers/provider-form.css";

const KINDS = [
  { value: "program", label: t("A program here") },
  { value: "address", label: t("An address") },
] as const;

interface ServerFormProps {
  onAdded: () => void;
  onCancel: () => void;
}

/** How a server of tools is reached. It is started once to hear which tools it has; accepting them comes after. */
export function ServerForm({ onAdded, onCancel }: ServerFormProps) {
  const [draft, setDraft] = useState<ServerDraft>(emptyServer);
  const [showsFlaws, setShowsFlaws] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const wrong = showsFlaws ? serverFlaws(draft) : {};
  const change = (part: Partial<ServerDraft>) => setDraft((before) => ({ ...before, ...part }));
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setShowsFlaws(true);
    if (isBusy || Object.keys(serverFlaws(draft)).length > 0) return;
    setBusy(true);
    try {
      await actions.addToolServer(newServerOf(draft));
      onAdded();
    } catch (refused) {
      setProblem(wordsOf(refused));
      setBusy(false);
    }
  };
  return (
    <form className="provider-form" onSubmit={(event) => void onSubmit(event)} noValidate>
      <TextField
        label={t("Name")}
        value={draft.name}
        error={wrong.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Segments label={t("Kind")} value={draft.kind} options={KINDS} onChange={(kind) => change({ kind })} />
      {draft.kind === "program" ? (
        <Program draft={draft} wrong={wrong} onChange={change} />
      ) : (
        <Address draft={draft} wrong={wrong} onChange={change} />
      )}
      {isBusy && <Note role="status">{t("Asking the server which tools it has…")}</Note>}
      {problem && !isBusy && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem}
        </Note>
      )}
      <div className="provider-form-actions">
        <Button kind="quiet" onClick={onCancel}>
          {t("Cancel")}
        </Button>
        <Button type="submit" kind="main" aria-disabled={isBusy}>
          {t("Look at its tools")}
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  draft: ServerDraft;
  wrong: ReturnType<typeof serverFlaws>;
  onChange: (part: Partial<ServerDraft>) => void;
}

function Program({ draft: { line, variables }, wrong, onChange }: PartProps) {
  const set = (at: number, part: Partial<ServerDraft["variables"][number]>) =>
    onChange({ variables: variables.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  return (
    <>
      <TextField
        label={t("Program")}
        hint={t(
          "As you would type it. It can do on this computer whatever you can, so add only what you trust. Keys do not belong here: give them as variables.",
        )}
        value={line}
        placeholder="npx -y some-server /home/me/notes"
        error={wrong.place}
        onChange={(event) => onChange({ line: event.target.value })}
      />
      {variables.map((variable, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; names are typed and may be the same for a while.
        <div className="provider-form-pair" key={at}>
          <TextField
            label={t("Variable")}
            value={variable.name}
            placeholder="API_KEY"
            error={wrong.variables}
            onChange={(event) => set(at, { name: event.target.value })}
          />
          <TextField
            label={t("Value")}
            type="password"
            value={variable.value}
            onChange={(event) => set(at, { value: event.target.value })}
          />
        </div>
      ))}
      <div>
        <Button small onClick={() => onChange({ variables: [...variables, { name: "", value: "" }] })}>
          {t("Add a variable")}
        </Button>
      </div>
    </>
  );
}

function Address({ draft: { url, token }, wrong, onChange }: PartProps) {
  return (
    <>
      <TextField
        label={t("Address")}
        value={url}
        placeholder="https://example.org/mcp"
        inputMode="url"
        error={wrong.place}
        onChange={(event) => onChange({ url: event.target.value })}
      />
      <TextField
        label={t("Token")}
        hint={t("If it wants one. It is kept where your keys are.")}
        type="password"
        value={token}
        onChange={(event) => onChange({ token: event.target.value })}
      />
    </>
  );
}

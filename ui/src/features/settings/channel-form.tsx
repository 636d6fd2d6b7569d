import { type FormEvent, useState } from "react";
import { Button } from "../../components/button";
import { Select, TextField } from "../../components/field";
import { Note } from "../../components/note";
import { Segments } from "../../components/segments";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { Channel, MailSecurity } from "../../ipc/types";
import { actions } from "../../state/actions";
import {
  type ChannelDraft,
  channelFlaws,
  channelKinds,
  draftOf,
  emptyChannel,
  newChannelOf,
} from "../../state/channel-words";
import "../../providers/provider-form.css";

const SECURITY = [
  { value: "tls", label: t("TLS, usually port 465") },
  { value: "start_tls", label: t("STARTTLS, usually port 587") },
  { value: "none", label: t("None, on this computer only") },
];

interface ChannelFormProps {
  /** The one that is changed; `null` for a new one. */
  known: Channel | null;
  onDone: () => void;
  onCancel: () => void;
}

/** Where a channel leads. Nothing is sent by adding it. */
export function ChannelForm({ known, onDone, onCancel }: ChannelFormProps) {
  const [draft, setDraft] = useState<ChannelDraft>(known ? draftOf(known) : emptyChannel);
  const [showsFlaws, setShowsFlaws] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const flaws = channelFlaws(draft, known === null);
  const wrong = showsFlaws ? flaws : {};
  const field = (name: keyof ChannelDraft) => ({
    value: draft[name],
    error: wrong[name],
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
  });
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setShowsFlaws(true);
    if (isBusy || Object.keys(flaws).length > 0) return;
    setBusy(true);
    try {
      await actions.addChannel(newChannelOf(draft));
      onDone();
    } catch (refused) {
      setProblem(wordsOf(refused));
      setBusy(false);
    }
  };
  const secretHint = (words: string) => (known ? `${t("Leave it empty to keep the one it has.")} ${words}` : words);
  return (
    <form className="provider-form" onSubmit={(event) => void onSubmit(event)} noValidate>
      {known === null && (
        <>
          <Segments
            label={t("Kind")}
            value={draft.kind}
            options={channelKinds}
            onChange={(kind) => setDraft({ ...draft, kind })}
          />
          <TextField label={t("Name")} placeholder={draft.kind === "email" ? "mail" : draft.kind} {...field("name")} />
        </>
      )}
      {draft.kind === "email" && (
        <>
          <TextField label={t("Send to")} inputMode="email" placeholder="you@example.org" {...field("to")} />
          <TextField label={t("From")} inputMode="email" placeholder="you@example.org" {...field("from")} />
          <div className="provider-form-pair channel-server">
            <TextField label={t("Mail server")} placeholder="mail.example.org" {...field("host")} />
            <TextField label={t("Port")} inputMode="numeric" {...field("port")} />
          </div>
          <Select
            label={t("Encryption")}
            value={draft.security}
            options={SECURITY}
            onChange={(security) => {
              const usual = { tls: "465", start_tls: "587", none: "25" };
              setDraft({ ...draft, security: security as MailSecurity, port: usual[security as MailSecurity] });
            }}
          />
          <div className="provider-form-pair">
            <TextField label={t("User")} hint={t("If the server asks for one.")} {...field("user")} />
            <TextField
              label={t("Password")}
              type="password"
              hint={secretHint(t("It is kept where your keys are."))}
              {...field("secret")}
            />
          </div>
        </>
      )}
      {draft.kind === "slack" && (
        <TextField
          label={t("Address of the incoming webhook")}
          type="password"
          hint={secretHint(
            t("Slack gives it to you. Whoever has it can write there, so it is kept where your keys are."),
          )}
          placeholder="https://hooks.slack.com/services/…"
          {...field("secret")}
        />
      )}
      {draft.kind === "webhook" && (
        <TextField
          label={t("Address")}
          type="password"
          hint={secretHint(t("It gets one POST with JSON for each outcome, and is kept where your keys are."))}
          placeholder="https://example.org/hook"
          {...field("secret")}
        />
      )}
      {draft.kind === "ntfy" && (
        <>
          <TextField label={t("Server")} inputMode="url" {...field("server")} />
          <TextField
            label={t("Topic")}
            hint={t("Whoever knows the name of an open topic can read it, so choose one that nobody guesses.")}
            {...field("topic")}
          />
          <TextField
            label={t("Token")}
            type="password"
            hint={secretHint(t("If the topic needs one."))}
            {...field("secret")}
          />
        </>
      )}
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
          {known ? t("Save, then test it") : t("Add, then test it")}
        </Button>
      </div>
    </form>
  );
}

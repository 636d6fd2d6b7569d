import { type FormEvent, useState } from "react";
import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { useAnswer, wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { LocalServer, NewProvider } from "../../ipc/types";
import { KEPT_FOR_THIS_RUN, newProviderAt } from "../../providers/presets";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { type KeyChoice, KeyPick } from "./key-pick";
import { LocalPick } from "./local-pick";
import { News } from "./news";
import { Pick } from "./pick";

/** Which model answers: one of this computer, one behind a key, or one to practise with. */
export function ModelStep({ onDone }: { onDone: () => void }) {
  const local = useAnswer(actions.detectLocal);
  const status = useAnswer(actions.desktopStatus);
  // As it was: a card that appears above the one in use would move it.
  const [kept] = useState(() => useStore.getState().settings.default_model);
  const [picked, setPicked] = useState<string | null>(null);
  const [models, setModels] = useState<Record<string, string>>({});
  const [key, setKey] = useState<KeyChoice | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [keptForRun, setKeptForRun] = useState(false);
  const [isBusy, setBusy] = useState(false);

  const usable = (local.value ?? []).filter((server) => server.models.length > 0);
  const choice = picked ?? (kept ? "kept" : (usable[0]?.base_url ?? "practice"));
  const modelOf = (server: LocalServer) => models[server.base_url] ?? server.models[0] ?? "";

  // What was missing is said until something changes about it.
  const pick = (value: string) => {
    setPicked(value);
    setProblem(null);
  };
  const takeKey = (ready: KeyChoice | null) => {
    setKey(ready);
    if (ready) setProblem(null);
  };
  const choose = async (provider: NewProvider, model: string) => {
    const added = await actions.addProvider(provider);
    await actions.saveSettings({ default_model: `${added.name}/${model}` });
    return added.key_source === "session";
  };
  const settle = async () => {
    if (choice === "kept") return onDone();
    if (choice === "practice") {
      await choosePractice();
      return onDone();
    }
    if (choice === "key") {
      if (!key) throw new Error(t("Paste a key and test it first, or skip this step."));
      // Said before going on, because it changes what the user does next.
      if ((await choose(key.provider, key.model)) && !keptForRun) return setKeptForRun(true);
      return onDone();
    }
    const server = usable.find((one) => one.base_url === choice);
    if (server) await choose(newProviderAt(server), modelOf(server));
    onDone();
  };
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      await settle();
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void onSubmit(event)}>
      <h1 id="wel-title">{t("Which model should answer?")}</h1>
      <p className="soft">
        {t("No account with us. Chats, tasks and results stay on this computer. You can change this at any time.")}
      </p>
      <fieldset className="wel-picks">
        <legend className="sr">{t("Model")}</legend>
        {kept && (
          <Pick value="kept" picked={choice} onPick={pick} title={kept} detail={t("Already set up on this computer")} />
        )}
        {local.value?.map((server) => (
          <LocalPick
            key={server.base_url}
            server={server}
            picked={choice}
            onPick={pick}
            model={modelOf(server)}
            onModel={(model) => setModels({ ...models, [server.base_url]: model })}
            onLookAgain={local.again}
          />
        ))}
        {!local.value?.length && (
          <div className="wel-none meta">
            <span className="grow">
              {local.isAsking
                ? t("Looking for servers on this computer")
                : t("No model server answers on this computer.")}
            </span>
            <Button small kind="quiet" disabled={local.isAsking} onClick={local.again}>
              {t("Look again")}
            </Button>
          </div>
        )}
        <KeyPick picked={choice} onPick={pick} onReady={takeKey} hasKeychain={status.value?.keychain} />
        <Pick
          value="practice"
          picked={choice}
          onPick={pick}
          title={t("Practice model")}
          detail={t("Not a real model. Writes sample text, to try things without a key")}
        />
      </fieldset>
      {(keptForRun || problem) && (
        <News about={problem ?? keptForRun}>
          {keptForRun && (
            <Note kind="you" icon="key-round" role="status">
              {KEPT_FOR_THIS_RUN}
            </Note>
          )}
          {problem && (
            <Note kind="fail" icon="octagon-x" role="alert">
              {problem}
            </Note>
          )}
        </News>
      )}
      <div className="wel-actions">
        <Button kind="quiet" onClick={onDone}>
          {t("Skip, decide later")}
        </Button>
        {/* Not disabled: that would let go of the focus. */}
        <Button type="submit" kind="main" aria-disabled={isBusy}>
          {t("Continue ~step")}
        </Button>
      </div>
    </form>
  );
}

async function choosePractice(): Promise<void> {
  const rows = await actions.providers();
  let name = rows.find((row) => row.kind === "practice")?.name;
  if (!name) {
    const added = await actions.addProvider({
      name: "practice",
      kind: "practice",
      base_url: "",
      key: null,
      key_env: null,
    });
    name = added.name;
  }
  const test = await actions.testProvider(name);
  await actions.saveSettings({ default_model: `${name}/${test.models[0] ?? "practice"}` });
}

import { useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { ConversationId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { BackgroundStep } from "./background-step";
import { ModelStep } from "./model-step";
import { TryStep } from "./try-step";
import "./welcome.css";

const STEPS = [t("Model"), t("Try it"), t("Background")];

/** The first run: three steps, each of which can be skipped. */
export function Welcome() {
  const [step, setStep] = useState(0);
  const [prompt, setPrompt] = useState(t("Explain the tides in five sentences"));
  const [conversationId, setConversationId] = useState<ConversationId | null>(null);
  const page = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: in each new step Enter goes on.
  useLayoutEffect(() => page.current?.querySelector<HTMLElement>(".wel-actions .btn-main")?.focus(), [step]);

  const finish = async (notices?: boolean) => {
    await actions.saveSettings({ welcomed: true, ...(notices === undefined ? {} : { notices }) });
    actions.setPage("chat");
  };
  const next = () => setStep(step + 1);

  return (
    <main className="wel" ref={page}>
      <div className="wel-frame">
        <header className="wel-head">
          <Icon name="mark" size={24} />
          <span className="wel-brand">Meanwhile</span>
          <Button kind="quiet" small onClick={() => void finish()}>
            {t("Skip all")}
          </Button>
        </header>
        {/* The focus lands on a button: the name of the region says what it is about. */}
        <section className="wel-sheet" aria-labelledby="wel-title">
          <ol className="wel-crumbs">
            {STEPS.map((label, at) => (
              <li key={label} className={crumbClass(at, step)} aria-current={at === step ? "step" : undefined}>
                <b>{at < step ? <Icon name="check" size={14} /> : at + 1}</b>
                {label}
                {at < step && <span className="sr">, {t("done")}</span>}
              </li>
            ))}
          </ol>
          {step === 0 && <ModelStep onDone={next} />}
          {step === 1 && (
            <TryStep
              prompt={prompt}
              onPrompt={setPrompt}
              onSent={setConversationId}
              onBack={() => setStep(0)}
              onDone={next}
            />
          )}
          {step === 2 && (
            <BackgroundStep
              prompt={prompt}
              conversationId={conversationId}
              onBack={() => setStep(0)}
              onDone={(notices) => void finish(notices)}
            />
          )}
        </section>
      </div>
    </main>
  );
}

function crumbClass(at: number, step: number): string {
  if (at === step) return "is-on";
  return at < step ? "is-past" : "";
}

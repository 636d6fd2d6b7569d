import { useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../components/button";
import { grouped } from "../../components/counted";
import { Icon } from "../../components/icon";
import { Note } from "../../components/note";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { Proof, ProofStep } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Row, Section } from "./section";
import "./proof-section.css";

type Test =
  | { state: "none" }
  | { state: "running" | "done"; steps: ProofStep[]; shown: Shown | null; proof?: Proof }
  | { state: "refused"; words: string };

type Shown = Extract<ProofStep, { type: "shown" }>;

/** The pull-the-plug test: a second process is killed while it answers, and what is left is compared. */
export function ProofSection() {
  const [test, setTest] = useState<Test>({ state: "none" });
  const isRunning = test.state === "running";
  const start = async () => {
    let steps: ProofStep[] = [];
    let shown: Shown | null = null;
    setTest({ state: "running", steps, shown });
    try {
      const proof = await actions.prove((step) => {
        if (step.type === "shown") shown = step;
        else steps = [...steps, step];
        setTest({ state: "running", steps, shown });
      });
      setTest({ state: "done", steps, shown, proof });
    } catch (error) {
      setTest({ state: "refused", words: wordsOf(error) });
    }
  };
  // What is new stands at the end, and this is the last part of the page.
  const end = useRef<HTMLDivElement>(null);
  const lines = test.state === "running" || test.state === "done" ? test.steps.length : 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is what moves the end
  useLayoutEffect(() => {
    if (test.state !== "none") end.current?.scrollIntoView?.({ block: "nearest" });
  }, [test.state, lines]);
  return (
    <Section id="proof" title={t("Prove it")}>
      <div className="set-card">
        <Row
          label={t("Pull the plug")}
          hint={t(
            "Starts a second Meanwhile with an empty folder and a practice prompt, kills it three times in the middle of its answer, and compares what was shown with what is left. About 15 seconds; your chats are not touched.",
          )}
        >
          <Button small disabled={isRunning} onClick={() => void start()}>
            {isRunning ? t("Running…") : test.state === "none" ? t("Pull the plug") : t("Once more")}
          </Button>
        </Row>
        {(test.state === "running" || test.state === "done") && (
          <div className="proof">
            <div className="proof-shown">
              <progress aria-label={t("Shown so far")} value={test.shown?.bytes ?? 0} max={test.shown?.whole ?? 1} />
              <span className="meta num">
                {test.shown
                  ? t("{n} of {whole, plural, one {# byte} other {# bytes}} shown", {
                      n: grouped(test.shown.bytes),
                      whole: test.shown.whole,
                    })
                  : t("Starting…")}
              </span>
            </div>
            <ol className="proof-steps">
              {test.steps.map((step, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: steps are only added
                <Step key={at} step={step} />
              ))}
            </ol>
          </div>
        )}
        {test.state === "done" && test.proof && <Result proof={test.proof} />}
        {test.state === "refused" && (
          <Note kind="fail" icon="octagon-x" role="alert">
            {test.words}
          </Note>
        )}
      </div>
      <div ref={end} />
    </Section>
  );
}

function Step({ step }: { step: ProofStep }) {
  switch (step.type) {
    case "killed":
      return (
        <li>
          <Icon name="octagon-x" size={14} />
          {t("Killed after {n, plural, one {# byte} other {# bytes}} were shown.", { n: step.bytes })}
        </li>
      );
    case "back":
      return (
        <li className={step.lost > 0 ? "set-bad" : ""}>
          <Icon name={step.lost > 0 ? "triangle-alert" : "rotate-ccw"} size={14} />
          {step.lost > 0
            ? t(
                "Back after {ms, plural, one {# millisecond} other {# milliseconds}}; {lost, plural, one {# byte} other {# bytes}} of it are gone.",
                { ms: step.after_ms, lost: step.lost },
              )
            : t("Back after {ms, plural, one {# millisecond} other {# milliseconds}} with all of it. It goes on.", {
                ms: step.after_ms,
              })}
        </li>
      );
    default:
      return null;
  }
}

function Result({ proof }: { proof: Proof }) {
  if (proof.holds) {
    return (
      <Note kind="mean" icon="circle-check" role="status">
        {t(
          "Nothing was lost: killed {kills} times, 0 of {n, plural, one {# byte} other {# bytes}} gone, told once. The answer is the same as without a kill, and its data passed every check.",
          { kills: proof.kills, n: proof.shown },
        )}
      </Note>
    );
  }
  return (
    <Note kind="fail" icon="octagon-x" role="alert">
      {t("This should not happen; please report it with these lines.")}
      <ul className="proof-wrong">
        {wrongs(proof).map((wrong) => (
          <li key={wrong}>{wrong}</li>
        ))}
      </ul>
    </Note>
  );
}

/** What does not hold, a sentence each. */
function wrongs({ lost, shown, told, is_whole, findings }: Proof): string[] {
  return [
    ...(lost > 0
      ? [
          t("{lost} of {n, plural, one {# byte} other {# bytes}} that were shown are gone.", {
            lost: grouped(lost),
            n: shown,
          }),
        ]
      : []),
    ...(told !== 1
      ? [t("The end was told {n, plural, one {# time} other {# times}} instead of once.", { n: told })]
      : []),
    ...(is_whole ? [] : [t("The answer is not the one that an undisturbed run gives.")]),
    ...findings,
  ];
}

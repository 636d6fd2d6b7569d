import { useId, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../components/button";
import { useAnswer } from "../../components/use-answer";
import { t } from "../../i18n";
import type { Attempt } from "../../ipc/types";
import { actions } from "../../state/actions";
import { mountBlocks } from "../../stream/texts";
import "./kept-text.css";

/** The answer as far as an attempt came that was cut: a quiet line, and all of it on request. */
export function KeptText({ attempt }: { attempt: Attempt }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { number } = attempt;
  return (
    <div className="kept">
      <p className="kept-line meta num">
        <span>{t("Text kept, {n, plural, one {# word} other {# words}}", { n: wordsIn(attempt.kept_text) })}</span>
        <Button
          small
          kind="quiet"
          aria-label={
            isOpen
              ? t("Hide the text of attempt {number}", { number })
              : t("Show the text of attempt {number}", { number })
          }
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? t("Hide") : t("Show")}
        </Button>
        {isOpen && <Copy text={attempt.kept_text} />}
      </p>
      {isOpen && <Text key={number} id={id} attempt={attempt} />}
    </div>
  );
}

function Text({ id, attempt }: { id: string; attempt: Attempt }) {
  const { value, error } = useAnswer(() => actions.attemptText(attempt.task_id, attempt.number));
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (value && place.current) return mountBlocks(value, wordsIn(attempt.kept_text), place.current);
  }, [value, attempt.kept_text]);
  return (
    <section
      ref={place}
      id={id}
      className="kept-text"
      aria-label={t("Text of attempt {number}", { number: attempt.number })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
    >
      {/* The words are here already; only their form is asked for. */}
      {error && <p className="kept-plain">{attempt.kept_text}</p>}
    </section>
  );
}

function Copy({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await actions.copyText(text))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <Button small kind="quiet" onClick={() => void copy()}>
      {isCopied ? t("Copied") : t("Copy")}
    </Button>
  );
}

/** Words of a text, as the one at its end counts them. */
function wordsIn(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

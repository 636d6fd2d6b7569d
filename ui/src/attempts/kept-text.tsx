import { type ReactNode, useId, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../components/button";
import { useAnswer } from "../components/use-answer";
import type { Attempt } from "../ipc/types";
import { actions } from "../state/actions";
import { mountBlocks } from "../stream/texts";
import { wordsIn } from "./earlier";
import "./kept-text.css";

interface KeptTextProps {
  attempt: Attempt;
  /** In a narrow column: a long text scrolls by itself. */
  scrolls?: boolean;
  /** The line it unfolds from. */
  children: ReactNode;
}

/** The text of an attempt that another one replaced: a quiet line, and all of it on request. */
export function KeptText({ attempt, scrolls = false, children }: KeptTextProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const word = isOpen ? "Hide" : "Show";
  return (
    <div className="kept">
      <p className="kept-line meta num">
        <span>{children}</span>
        <Button
          small
          kind="quiet"
          aria-label={`${word} the text of attempt ${attempt.number}`}
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={() => setOpen(!isOpen)}
        >
          {word}
        </Button>
        {isOpen && <Copy text={attempt.kept_text} />}
      </p>
      {isOpen && <Text key={attempt.number} id={id} attempt={attempt} scrolls={scrolls} />}
    </div>
  );
}

interface TextProps {
  id: string;
  attempt: Attempt;
  scrolls: boolean;
}

function Text({ id, attempt, scrolls }: TextProps) {
  const { value, error } = useAnswer(() => actions.attemptText(attempt.task_id, attempt.number));
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (value && place.current) return mountBlocks(value, wordsIn(attempt.kept_text), place.current);
  }, [value, attempt.kept_text]);
  return (
    <section
      ref={place}
      id={id}
      className={`kept-text ${scrolls ? "is-scrolling" : ""}`}
      aria-label={`Text of attempt ${attempt.number}`}
      // A region that scrolls must be reachable by keyboard.
      tabIndex={scrolls ? 0 : undefined}
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
      {isCopied ? "Copied" : "Copy"}
    </Button>
  );
}

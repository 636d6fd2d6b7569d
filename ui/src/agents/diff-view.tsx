import { memo, useMemo, useRef, useState } from "react";
import { Button } from "../components/button";
import { clipped } from "../components/clipped";
import { grouped } from "../components/counted";
import { Icon } from "../components/icon";
import { t } from "../i18n";
import type { Detail } from "../ipc/types";
import { type DiffLine, diffLines } from "./diff";
import { useEndSeen } from "./use-end-seen";
import "./diff.css";

type Diff = Extract<Detail, { kind: "diff" }>;

/** Lines of a long diff that are there at once. */
const SHORT = 40;
/** Letters of a line that may reach out of sight. */
const WIDE = 72;

interface DiffViewProps {
  diff: Diff;
  /** All of it was in sight. */
  onEnd?: () => void;
}

/** What changes in a file: its name, how much, and each line with its sign, its colour and a word for speech. */
export function DiffView(props: DiffViewProps) {
  const { diff } = props;
  return (
    <div className="diff">
      <div className="diff-head">
        <Icon name="file-diff" size={14} />
        <span className="clip" {...clipped}>
          {diff.path}
        </span>
        <Sums diff={diff} />
      </div>
      <DiffBody {...props} />
    </div>
  );
}

/** How much comes and goes. */
export function Sums({ diff: { is_new, added, removed } }: { diff: Diff }) {
  return (
    <>
      {is_new && <span className="diff-new">{t("new file")}</span>}
      <span className="diff-sums num">
        <span className="sr">
          {t("{n, plural, one {# line} other {# lines}} added, {removed} removed", {
            n: added,
            removed: grouped(removed),
          })}
        </span>
        {added > 0 && (
          <span aria-hidden="true" className="is-add">
            +{grouped(added)}
          </span>
        )}
        {removed > 0 && (
          <span aria-hidden="true" className="is-del">
            −{grouped(removed)}
          </span>
        )}
      </span>
    </>
  );
}

/** The lines alone; of a long one the first, until all of it is asked for. */
export function DiffBody({ diff, onEnd }: DiffViewProps) {
  const [isWhole, setWhole] = useState(false);
  // Where a yes is asked for, nothing stands out of sight to the right.
  const [isWrapped, setWrapped] = useState(onEnd !== undefined);
  const box = useRef<HTMLElement>(null);
  const lines = useMemo(() => diffLines(diff.text), [diff.text]);
  // A button that brings four lines is longer than they are.
  const isCut = !isWhole && lines.length > SHORT + 5;
  const isWide = lines.some((line) => line.text.length > WIDE);
  useEndSeen(box, isCut || (isWide && !isWrapped) ? null : diff.text, onEnd);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section ref={box} className="diff-scroll" aria-label={t("Changes in {path}", { path: diff.path })} tabIndex={0}>
        <Lines lines={isCut ? lines.slice(0, SHORT) : lines} isWrapped={isWrapped} />
      </section>
      {(isCut || isWide) && (
        <div className="diff-more">
          {isCut && (
            <Button small kind="quiet" onClick={() => setWhole(true)}>
              {t("Show all {n} lines", { n: grouped(lines.length) })}
            </Button>
          )}
          {isWide && (
            <Button small kind="quiet" aria-pressed={isWrapped} onClick={() => setWrapped(!isWrapped)}>
              {t("Wrap long lines")}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

const Lines = memo(function Lines({ lines, isWrapped }: { lines: DiffLine[]; isWrapped: boolean }) {
  if (lines.length === 0) return <p className="diff-none meta">{t("The file is empty.")}</p>;
  return (
    <div className={`diff-lines ${isWrapped ? "is-wrapped" : ""}`}>
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a text do not move.
        <Line key={at} line={line} />
      ))}
    </div>
  );
});

const signs = {
  add: { sign: "+", word: t("Added:") },
  del: { sign: "−", word: t("Removed:") },
  same: { sign: " ", word: "" },
} as const;

function Line({ line }: { line: DiffLine }) {
  if (line.kind === "gap") return <div className="diff-line is-gap">{line.text}</div>;
  const { sign, word } = signs[line.kind];
  return (
    <div className={`diff-line is-${line.kind}`}>
      <span className="diff-sign" aria-hidden="true">
        {sign}
      </span>
      {word && <span className="sr">{word} </span>}
      {/* An empty line has its height, too. */}
      {line.text || "\n"}
    </div>
  );
}

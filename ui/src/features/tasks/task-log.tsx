import { useMemo, useState } from "react";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { clockTime, fullTime } from "../../components/time";
import { t } from "../../i18n";
import type { Event } from "../../ipc/types";
import { actions } from "../../state/actions";
import { type LogLine, logLines } from "./log";
import "./task-log.css";

/** Fewer lines are looked through faster than a word is typed. */
const WORTH_A_FILTER = 6;

/** What happened to a task, line by line: to look through, and to take along. */
export function TaskLog({ events }: { events: Event[] }) {
  const [words, setWords] = useState("");
  const [isCopied, setCopied] = useState(false);
  const all = useMemo(() => logLines(events), [events]);
  const lines = all.filter((line) => fits(line, words));
  if (all.length === 0) return null;

  const copy = async () => {
    if (!(await actions.copyText(textOf(lines)))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <section className="log" aria-label={t("Log")}>
      <header className="log-head">
        <h3>{t("Log")}</h3>
        <span className="meta num" role="status">
          {words === ""
            ? t("{n, plural, one {# line} other {# lines}}", { n: all.length })
            : t("{found} of {n, plural, one {# line} other {# lines}}", { found: lines.length, n: all.length })}
        </span>
        {all.length >= WORTH_A_FILTER && (
          <TextField
            label={t("Only lines with")}
            hideLabel
            type="search"
            placeholder={t("Only lines with")}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
        <Button small kind="quiet" icon="copy" disabled={lines.length === 0} onClick={() => void copy()}>
          {isCopied ? t("Copied") : t("Copy log")}
        </Button>
      </header>
      {lines.length === 0 ? (
        <p className="meta">{t("No line has “{words}”.", { words })}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard.
        <ol className="details-log num" tabIndex={0}>
          {lines.map((line) => (
            <li key={line.seq}>
              <time dateTime={line.at} title={fullTime(line.at)}>
                {clockTime(line.at)}
              </time>
              <span>{line.words}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function fits({ words, at }: LogLine, wanted: string): boolean {
  const has = `${clockTime(at)} ${words}`.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => has.includes(word));
}

/** One line each, with the whole moment, so that it means the same elsewhere. */
function textOf(lines: LogLine[]): string {
  return lines.map((line) => `${line.at}\t${line.words}`).join("\n");
}

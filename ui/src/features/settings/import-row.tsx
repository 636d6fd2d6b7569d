import { useState } from "react";
import { Button } from "../../components/button";
import { counted, grouped } from "../../components/counted";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { wordsOf } from "../../components/use-answer";
import type { ImportReport } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Row } from "./section";

/** Brings in the chats of another app or another Meanwhile, and says what became of each of them. */
export function ImportRow() {
  const [report, setReport] = useState<ImportReport | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const bringIn = async () => {
    setBusy(true);
    setReport(null);
    setRefusal(null);
    try {
      setReport(await actions.importChats(setReport));
    } catch (error) {
      setRefusal(wordsOf(error));
    }
    setBusy(false);
  };
  return (
    <>
      <Row
        label="Chats from ChatGPT, Claude or Meanwhile"
        hint="The zip that the first two send you as an export, the conversations.json in it, or chats exported here as JSON lines. What is here already stays as it is."
      >
        <Button small data-first aria-disabled={isBusy} onClick={() => !isBusy && void bringIn()}>
          {isBusy ? "Importing" : "Import chats"}
        </Button>
      </Row>
      {(report || refusal) && (
        <div className="set-row" role="status" aria-busy={isBusy}>
          {refusal ? (
            <Note kind="fail" icon="triangle-alert">
              {refusal}
            </Note>
          ) : (
            report && <Outcome report={report} isBusy={isBusy} />
          )}
        </div>
      )}
    </>
  );
}

function Outcome({ report, isBusy }: { report: ImportReport; isBusy: boolean }) {
  const { stopped, newest } = report;
  return (
    <Note
      kind={stopped === null ? "plain" : "fail"}
      icon={stopped === null ? "check" : "triangle-alert"}
      actions={
        newest !== undefined &&
        !isBusy && (
          <Button small onClick={() => actions.openConversation(newest)}>
            Open the newest
          </Button>
        )
      }
    >
      {importWords(report).map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Note>
  );
}

/** What became of a file, a line for each kind of outcome. */
export function importWords({ imported, prompts, already_here, left_out, stopped }: ImportReport): string[] {
  const here = imported + already_here;
  const lines = [];
  if (stopped === null || here > 0)
    lines.push(`${counted(imported, "chat")} imported, with ${counted(prompts, "prompt")}.`);
  if (already_here > 0)
    lines.push(`${counted(already_here, "chat")} already here, left as ${already_here === 1 ? "it is" : "they are"}.`);
  for (const [reason, count] of Object.entries(left_out)) lines.push(`${grouped(count)} left out: ${reason}.`);
  if (stopped !== null) {
    const kept = `What came before that is kept: ${counted(here, "chat")}. Import the file again when this is mended; nothing comes twice.`;
    lines.push(`${sentence(stopped)} ${here > 0 ? kept : "Nothing was imported."}`);
  }
  return lines;
}

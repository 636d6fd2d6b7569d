import { useState } from "react";
import { Button } from "../../components/button";
import { grouped } from "../../components/counted";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
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
        label={t("Chats from ChatGPT, Claude or Meanwhile")}
        hint={t(
          "The zip that the first two send you as an export, the conversations.json in it, or chats exported here as JSON lines. What is here already stays as it is.",
        )}
      >
        <Button small data-first aria-disabled={isBusy} onClick={() => !isBusy && void bringIn()}>
          {isBusy ? t("Importing") : t("Import chats")}
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
            {t("Open the newest")}
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
    lines.push(
      t(
        "{chats, plural, one {# chat} other {# chats}} imported, with {prompts, plural, one {# prompt} other {# prompts}}.",
        { chats: imported, prompts },
      ),
    );
  if (already_here > 0) {
    lines.push(
      t("{n, plural, one {# chat already here, left as it is} other {# chats already here, left as they are}}.", {
        n: already_here,
      }),
    );
  }
  for (const [reason, count] of Object.entries(left_out))
    lines.push(t("{n} left out: {reason}.", { n: grouped(count), reason }));
  if (stopped !== null) {
    const kept =
      here > 0
        ? t(
            "What came before that is kept: {n, plural, one {# chat} other {# chats}}. Import the file again when this is mended; nothing comes twice.",
            { n: here },
          )
        : t("Nothing was imported.");
    lines.push(`${sentence(stopped)} ${kept}`);
  }
  return lines;
}

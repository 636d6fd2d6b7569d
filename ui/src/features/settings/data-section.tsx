import { useState } from "react";
import { Button } from "../../components/button";
import { grouped } from "../../components/counted";
import { Note } from "../../components/note";
import { age, fullTime, useNow } from "../../components/time";
import { toast } from "../../components/toast";
import { wordsOf } from "../../components/use-answer";
import { rich, t } from "../../i18n";
import type { DesktopStatus } from "../../ipc/types";
import { actions } from "../../state/actions";
import { ExportRow } from "./export-row";
import { ImportRow } from "./import-row";
import { Row, Section } from "./section";
import { size } from "./size";

/** Where everything is kept, and how much it is. */
export function DataSection({ status }: { status: DesktopStatus | null }) {
  const [problem, setProblem] = useState<string | null>(null);
  const copy = async (text: string) => {
    if (await actions.copyText(text)) toast({ text: t("Copied."), icon: "copy" });
  };
  return (
    <Section id="data" title={t("Data")}>
      <div className="set-card">
        <Row label={t("Folder")} hint={<span className="set-path">{status?.data_dir ?? ""}</span>}>
          {status && (
            <Button small icon="copy" onClick={() => void copy(status.data_dir)}>
              {t("Copy")}
            </Button>
          )}
        </Row>
        <Row label={t("Size")} hint={t("Chats, tasks and results, all on this computer.")}>
          <span className="num">{status ? size(status.data_bytes) : ""}</span>
        </Row>
        <ExportRow />
        <ImportRow />
        <CopiesRow status={status} onProblem={setProblem} />
        <Row label={t("Version")}>
          <span className="num">{status ? `${status.version}, ${status.platform}` : ""}</span>
        </Row>
      </div>
      {problem && (
        <Note kind="fail" icon="triangle-alert">
          {problem}
        </Note>
      )}
      {status?.data_warning && (
        <Note kind="you" icon="triangle-alert">
          {status.data_warning}
        </Note>
      )}
    </Section>
  );
}

interface CopiesRowProps {
  status: DesktopStatus | null;
  onProblem: (problem: string | null) => void;
}

/** The copies a day that lead back. */
function CopiesRow({ status, onProblem }: CopiesRowProps) {
  const [made, setMade] = useState<DesktopStatus | null>(null);
  const [isMaking, setMaking] = useState(false);
  const now = useNow(false);
  const shown = made ?? status;
  const make = async () => {
    setMaking(true);
    onProblem(null);
    try {
      setMade(await actions.makeCopy());
    } catch (error) {
      onProblem(wordsOf(error));
    }
    setMaking(false);
  };
  const kept = shown?.copied_at
    ? rich(
        "{n} kept, the newest <time>{age}</time>. The command <code>meanwhile restore</code> goes back to it.",
        { time: <time dateTime={shown.copied_at} title={fullTime(shown.copied_at)} />, code: <code /> },
        { n: grouped(shown.copies), age: age(shown.copied_at, now) },
      )
    : t("None yet. One a day is made and checked while there is news, and seven are kept.");
  return (
    <Row label={t("Backups")} hint={shown ? kept : ""}>
      {shown && (
        <Button small disabled={isMaking} onClick={() => void make()}>
          {isMaking ? t("Backing up") : t("Back up now")}
        </Button>
      )}
    </Row>
  );
}

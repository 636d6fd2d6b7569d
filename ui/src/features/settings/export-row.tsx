import { useState } from "react";
import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { toast } from "../../components/toast";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { ExportFormat } from "../../ipc/client";
import { actions } from "../../state/actions";
import { Row } from "./section";

/** Writes every chat to one file. */
export function ExportRow() {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const write = async (format: ExportFormat) => {
    if (isBusy) return;
    setBusy(true);
    setRefusal(null);
    try {
      const name = await actions.exportEverything(format);
      if (name !== null) toast({ text: t("Chats exported."), detail: name, icon: "check" });
    } catch (error) {
      setRefusal(wordsOf(error));
    }
    setBusy(false);
  };
  return (
    <>
      <Row
        label={t("Export everything")}
        hint={t(
          "All chats in one file: Markdown to read, or JSON lines with every version, which a Meanwhile elsewhere imports. Attached files and the trash are not in it.",
        )}
      >
        <Button small aria-disabled={isBusy} onClick={() => void write("markdown")}>
          {t("Markdown…")}
        </Button>
        <Button small aria-disabled={isBusy} onClick={() => void write("jsonl")}>
          {t("JSON lines…")}
        </Button>
      </Row>
      {refusal && (
        <div className="set-row" role="status">
          <Note kind="fail" icon="triangle-alert">
            {refusal}
          </Note>
        </div>
      )}
    </>
  );
}

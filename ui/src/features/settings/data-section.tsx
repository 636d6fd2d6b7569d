import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { toast } from "../../components/toast";
import type { DesktopStatus } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Row, Section } from "./section";
import { size } from "./size";

/** Where everything is kept, and how much it is. */
export function DataSection({ status }: { status: DesktopStatus | null }) {
  const copy = async (text: string) => {
    if (await actions.copyText(text)) toast({ text: "Copied.", icon: "copy" });
  };
  return (
    <Section id="data" title="Data">
      <div className="set-card">
        <Row label="Folder" hint={<span className="set-path">{status?.data_dir ?? ""}</span>}>
          {status && (
            <Button small icon="copy" onClick={() => void copy(status.data_dir)}>
              Copy
            </Button>
          )}
        </Row>
        <Row label="Size" hint="Chats, tasks and results, all on this computer.">
          <span className="num">{status ? size(status.data_bytes) : ""}</span>
        </Row>
        <Row label="Version">
          <span className="num">{status ? `${status.version}, ${status.platform}` : ""}</span>
        </Row>
      </div>
      {status?.data_warning && (
        <Note kind="you" icon="triangle-alert">
          {status.data_warning}
        </Note>
      )}
    </Section>
  );
}

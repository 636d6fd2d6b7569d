import { Button } from "../../components/button";
import type { FileEntry } from "../../state/files";
import { ComposerQuestion, takeFocus } from "./composer-question";

interface RefusedRowProps {
  /** The files that could not be attached. */
  files: FileEntry[];
  onSend(): void;
  onCancel(): void;
}

/** Asks before a prompt goes without a file that was meant to go with it. */
export function RefusedRow({ files, onSend, onCancel }: RefusedRowProps) {
  const [only] = files;
  const what = only && files.length === 1 ? only.name : `${files.length} files`;
  return (
    <ComposerQuestion
      icon="triangle-alert"
      words={`${what} could not be attached, and will not be sent.`}
      onCancel={onCancel}
    >
      <Button small kind="quiet" onClick={onCancel}>
        Cancel
      </Button>
      <Button small kind="main" ref={takeFocus} onClick={onSend}>
        Send without {files.length === 1 ? "it" : "them"}
      </Button>
    </ComposerQuestion>
  );
}

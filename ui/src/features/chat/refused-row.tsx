import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import type { FileEntry } from "../../state/files";

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
    <div
      className="composer-hint"
      role="alert"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onCancel();
      }}
    >
      <Icon name="triangle-alert" size={14} />
      <span className="grow">{what} could not be attached, and will not be sent.</span>
      <Button small kind="quiet" onClick={onCancel}>
        Cancel
      </Button>
      <Button small kind="main" ref={takeFocus} onClick={onSend}>
        Send without {files.length === 1 ? "it" : "them"}
      </Button>
    </div>
  );
}

function takeFocus(button: HTMLButtonElement | null): void {
  button?.focus();
}

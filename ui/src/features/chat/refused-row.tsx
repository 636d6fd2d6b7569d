import { Button } from "../../components/button";
import { t } from "../../i18n";
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
  const isOne = only !== undefined && files.length === 1;
  return (
    <ComposerQuestion
      icon="triangle-alert"
      words={
        isOne
          ? t("{name} could not be attached, and will not be sent.", { name: only.name })
          : t("{n} files could not be attached, and will not be sent.", { n: files.length })
      }
      onCancel={onCancel}
    >
      <Button small kind="quiet" onClick={onCancel}>
        {t("Cancel")}
      </Button>
      <Button small kind="main" ref={takeFocus} onClick={onSend}>
        {isOne ? t("Send without it") : t("Send without them")}
      </Button>
    </ComposerQuestion>
  );
}

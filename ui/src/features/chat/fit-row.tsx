import { Button } from "../../components/button";
import { tokenWords } from "../../components/file-words";
import { Icon } from "../../components/icon";
import type { FileEntry } from "../../state/files";

/** Tokens of one part; what is less is asked in one request anyway. */
const ONE_PART = 5_000;

interface FitRowProps {
  files: FileEntry[];
  canSend: boolean;
  onParts(): void;
}

/** What long files come to, and the way that works however little the model reads at once. */
export function FitRow({ files, canSend, onParts }: FitRowProps) {
  const tokens = files.reduce((sum, entry) => sum + (entry.at === "ready" ? entry.file.tokens : 0), 0);
  if (tokens <= ONE_PART) return null;
  return (
    <p className="composer-hint">
      <Icon name="info" size={14} />
      <span className="grow">
        The files are {tokenWords(tokens)}. Worked on part by part, nothing of them is skipped, and each result names
        its place.
      </span>
      <Button small kind="mean-quiet" icon="mean" aria-disabled={!canSend} onClick={onParts}>
        Part by part, in the background
      </Button>
    </p>
  );
}

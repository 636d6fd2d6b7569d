import { useState } from "react";
import { Button } from "../../components/button";
import { counted } from "../../components/counted";
import { Dialog } from "../../components/dialog";
import { tokenWords } from "../../components/file-words";
import { useAnswer } from "../../components/use-answer";
import type { Attachment } from "../../ipc/types";
import { questions } from "../../state/questions";
import "./folder-files.css";

/** Opens what is in a folder; nothing for a file. */
export function FolderButton({ file }: { file: Attachment }) {
  const [isOpen, setIsOpen] = useState(false);
  if (file.kind !== "folder") return null;
  return (
    <>
      <Button small kind="quiet" aria-label={`Show the files of ${file.name}`} onClick={() => setIsOpen(true)}>
        Show files
      </Button>
      {isOpen && <FolderFiles file={file} onClose={() => setIsOpen(false)} />}
    </>
  );
}

/** Which files of a folder are sent, and which are not and why. */
function FolderFiles({ file, onClose }: { file: Attachment; onClose(): void }) {
  const found = useAnswer(() => questions.folderFiles(file.hash));
  const { files, left_out } = found.value ?? { files: [], left_out: [] };
  const [from, to] = [file.from ?? 1, file.to ?? file.places];
  const isSent = (place: number) => from <= place && place <= to;
  // It takes the focus, and there is nothing to show before.
  if (found.value === null && found.error === null) return null;
  return (
    <Dialog open wide isText onClose={onClose} title={file.name}>
      {found.error !== null && <p role="alert">{found.error}</p>}
      {found.value && (
        <>
          <h3>
            {counted(to - from + 1, "file")} sent{to - from + 1 < file.places && ` of ${file.places}`}
          </h3>
          <ol className="folder-files">
            {files.map(({ place, path, tokens }) => (
              <li key={place} className={isSent(place) ? undefined : "is-out"}>
                <span className="meta num folder-place">{place}</span>
                <span className="folder-path">{path}</span>
                <span className="meta num">{isSent(place) ? tokenWords(tokens) : "not sent"}</span>
              </li>
            ))}
          </ol>
          {left_out.length > 0 && (
            <>
              <h3>{counted(left_out.length, "file")} left out</h3>
              <ul className="folder-files">
                {left_out.map(({ path, why }) => (
                  <li key={path}>
                    <span className="folder-path">{path}</span>
                    <span className="meta">{why}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
          <p className="meta">Hidden files, and what .gitignore and .ignore name, are not looked at.</p>
        </>
      )}
    </Dialog>
  );
}

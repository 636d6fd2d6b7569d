import { useState } from "react";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { tokenWords } from "../../components/file-words";
import { useAnswer } from "../../components/use-answer";
import { t } from "../../i18n";
import type { Attachment } from "../../ipc/types";
import { questions } from "../../state/questions";
import "./folder-files.css";

/** Opens what is in a folder; nothing for a file. */
export function FolderButton({ file }: { file: Attachment }) {
  const [isOpen, setIsOpen] = useState(false);
  if (file.kind !== "folder") return null;
  return (
    <>
      <Button
        small
        kind="quiet"
        aria-label={t("Show the files of {folder}", { folder: file.name })}
        onClick={() => setIsOpen(true)}
      >
        {t("Show files")}
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
  const sent = to - from + 1;
  const isSent = (place: number) => from <= place && place <= to;
  // It takes the focus, and there is nothing to show before.
  if (found.value === null && found.error === null) return null;
  return (
    <Dialog open wide isText onClose={onClose} title={file.name}>
      {found.error !== null && <p role="alert">{found.error}</p>}
      {found.value && (
        <>
          <h3>
            {sent < file.places
              ? t("{n, plural, one {# file} other {# files}} sent of {places}", { n: sent, places: file.places })
              : t("{n, plural, one {# file} other {# files}} sent", { n: sent })}
          </h3>
          <ol className="folder-files">
            {files.map(({ place, path, tokens }) => (
              <li key={place} className={isSent(place) ? undefined : "is-out"}>
                <span className="meta num folder-place">{place}</span>
                <span className="folder-path">{path}</span>
                <span className="meta num">{isSent(place) ? tokenWords(tokens) : t("not sent")}</span>
              </li>
            ))}
          </ol>
          {left_out.length > 0 && (
            <>
              <h3>{t("{n, plural, one {# file} other {# files}} left out", { n: left_out.length })}</h3>
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
          <p className="meta">{t("Hidden files, and what .gitignore and .ignore name, are not looked at.")}</p>
        </>
      )}
    </Dialog>
  );
}

import { type ClipboardEvent, type DragEvent, useRef, useState } from "react";
import { t } from "../../i18n";
import type { ConversationId } from "../../ipc/types";
import { actions } from "../../state/actions";
import type { Dropped } from "../../state/attached";

/** Letters of pasted text that become a file. Source: F72 of the reliability notes. */
const LONG_TEXT = 1 << 20;

/** Files that are dragged over a part of the window, or pasted there. */
export function useDrop(conversationId: ConversationId | null) {
  const [isOver, setIsOver] = useState(false);
  // Each child that is entered is entered before the last one is left.
  const depth = useRef(0);
  const take = (files: Iterable<File>) => void actions.attachFiles(conversationId, files);
  // Whether what looks like a link are files.
  const isNamed = useRef(false);
  const takes = (event: DragEvent) => hasFiles(event) || (hasLinks(event) && isNamed.current);
  const dropProps = {
    onDragEnter(event: DragEvent) {
      if (!hasFiles(event) && !hasLinks(event)) return;
      depth.current += 1;
      if (hasFiles(event)) setIsOver(true);
      else if (depth.current === 1) {
        isNamed.current = false;
        void actions.filesOver().then((isOver) => {
          isNamed.current = isOver && depth.current > 0;
          setIsOver(isNamed.current);
        });
      }
    },
    onDragOver(event: DragEvent) {
      if (takes(event)) event.preventDefault();
    },
    onDragLeave(event: DragEvent) {
      if (!hasFiles(event) && !hasLinks(event)) return;
      depth.current -= 1;
      if (depth.current === 0) setIsOver(false);
    },
    onDrop(event: DragEvent) {
      const isTaken = takes(event);
      depth.current = 0;
      isNamed.current = false;
      setIsOver(false);
      if (!isTaken) return;
      event.preventDefault();
      void actions.attachDropped(conversationId, droppedBy(event));
    },
  };
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData("text/plain");
    // Programs that copy text along with a picture of it mean the text, and a book is no prompt.
    const files = text.length > LONG_TEXT ? [new File([text], t("Pasted text.txt"))] : event.clipboardData.files;
    if (files.length === 0 || (text !== "" && text.length <= LONG_TEXT)) return;
    event.preventDefault();
    take(files);
  };
  return { isOver, dropProps, onPaste, take };
}

// Read at once: the browser forgets what was dropped when the event is over.
function droppedBy({ dataTransfer }: DragEvent): Dropped[] {
  const items = Array.from(dataTransfer.items ?? []).filter((item) => item.kind === "file");
  const isFolder = items.map((item) => item.webkitGetAsEntry?.()?.isDirectory ?? false);
  return Array.from(dataTransfer.files, (file, at) => ({ file, isFolder: isFolder[at] ?? false }));
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes("Files");
}

/** WebKitGTK tells the page of files as of links. */
function hasLinks(event: DragEvent): boolean {
  return event.dataTransfer.types.includes("text/uri-list");
}

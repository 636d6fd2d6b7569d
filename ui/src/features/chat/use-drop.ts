import { type ClipboardEvent, type DragEvent, useRef, useState } from "react";
import type { ConversationId } from "../../ipc/types";
import { actions } from "../../state/actions";

/** Letters of pasted text that become a file. Source: F72 of the reliability notes. */
const LONG_TEXT = 1 << 20;

/** Files that are dragged over a part of the window, or pasted there. */
export function useDrop(conversationId: ConversationId | null) {
  const [isOver, setIsOver] = useState(false);
  // Each child that is entered is entered before the last one is left.
  const depth = useRef(0);
  const take = (files: Iterable<File>) => void actions.attachFiles(conversationId, files);
  const dropProps = {
    onDragEnter(event: DragEvent) {
      if (!hasFiles(event)) return;
      depth.current += 1;
      setIsOver(true);
    },
    onDragOver(event: DragEvent) {
      if (hasFiles(event)) event.preventDefault();
    },
    onDragLeave(event: DragEvent) {
      if (!hasFiles(event)) return;
      depth.current -= 1;
      setIsOver(depth.current > 0);
    },
    onDrop(event: DragEvent) {
      depth.current = 0;
      setIsOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      take(event.dataTransfer.files);
    },
  };
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData("text/plain");
    // Programs that copy text along with a picture of it mean the text, and a book is no prompt.
    const files = text.length > LONG_TEXT ? [new File([text], "Pasted text.txt")] : event.clipboardData.files;
    if (files.length === 0 || (text !== "" && text.length <= LONG_TEXT)) return;
    event.preventDefault();
    take(files);
  };
  return { isOver, dropProps, onPaste, take };
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes("Files");
}

import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { t } from "../i18n";
import { IconButton } from "./button";
import "./page.css";

interface PageProps {
  title: string;
  /** The shortcut that shows the list of chats. */
  listKeys: string | undefined;
  onList(): void;
  onBack(): void;
  /** In its head, before the way back. */
  end?: ReactNode;
  children: ReactNode;
}

/** A page in the place of the chat: its name, the way back, and Escape for that. */
export function Page({ title, listKeys, onList, onBack, end, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const back = useRef(onBack);
  back.current = onBack;
  useLayoutEffect(() => {
    // Unless something in it has the focus.
    if (!body.current?.contains(document.activeElement)) heading.current?.focus();
  }, []);
  // Not on the page's own element: a button that is disabled while it works lets go of the focus.
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (!isMeant(event)) return;
      event.preventDefault();
      // What is written in a field is not left with the page by accident: the first one only leaves the field.
      if (isInField(event)) heading.current?.focus();
      else back.current();
    };
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  }, []);
  return (
    <main className="page">
      <header className="page-head">
        <IconButton icon="menu" className="page-menu" label={t("Chats")} keys={listKeys} onClick={onList} />
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {end}
        <IconButton icon="x" label={t("Back to the chat")} keys="Esc" onClick={onBack} />
      </header>
      <div ref={body} className="page-body">
        {children}
      </div>
    </main>
  );
}

/** Escape for the page and not for something in it or over it. */
function isMeant(event: KeyboardEvent): boolean {
  const isOver = document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null;
  return event.key === "Escape" && !event.defaultPrevented && !isOver;
}

function isInField(event: KeyboardEvent): boolean {
  const field = "input:not([type=radio]):not([type=checkbox]), select, textarea";
  return event.target instanceof HTMLElement && event.target.closest(field) !== null;
}

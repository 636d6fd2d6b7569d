import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";
import "./note.css";

interface NoteProps {
  /** `you`: something to do; `fail`: something failed; `mean`: goes on without you. */
  kind?: "plain" | "you" | "fail" | "mean";
  icon?: IconName;
  children: ReactNode;
  /** Buttons at its end. */
  actions?: ReactNode;
  role?: "status" | "alert";
}

/** A quiet box with one or two sentences, in the place they are about. */
export function Note({ kind = "plain", icon, children, actions, role }: NoteProps) {
  return (
    <div className={`note note-${kind}`} role={role}>
      {icon && <Icon name={icon} size={14} />}
      <div className="note-words">{children}</div>
      {actions && <div className="note-actions">{actions}</div>}
    </div>
  );
}

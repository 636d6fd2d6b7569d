import type { ReactNode } from "react";
import { Icon, type IconName } from "../../components/icon";

interface ComposerQuestionProps {
  icon: IconName;
  words: ReactNode;
  /** Escape, from any of its buttons. */
  onCancel(): void;
  /** The buttons. */
  children: ReactNode;
}

/** A question in the composer, before something is sent. */
export function ComposerQuestion({ icon, words, onCancel, children }: ComposerQuestionProps) {
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
      <Icon name={icon} size={14} />
      <span className="grow">{words}</span>
      {children}
    </div>
  );
}

/** For the button that Enter is to press. */
export function takeFocus(button: HTMLButtonElement | null): void {
  button?.focus();
}

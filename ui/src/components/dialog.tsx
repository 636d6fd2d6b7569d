import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { t } from "../i18n";
import { IconButton } from "./button";
import { Scrim } from "./scrim";
import { useFocusBack } from "./use-focus-back";
import "./dialog.css";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children?: ReactNode;
  /** Buttons, the way out first. */
  actions?: ReactNode;
  /** Wider, and with a cross: for something to read or fill in. */
  wide?: boolean;
  /** Nothing in it but text: the text takes the focus, so that keys scroll it. */
  isText?: boolean;
}

/**
 * A question or a form over the page. Esc closes it, and the focus goes back to where it was. A click beside it does the same,
 * unless something was written in it.
 */
export function Dialog({ open, onClose, title, children, actions, wide, isText }: DialogProps) {
  const focus = useFocusBack();
  const isWritten = useRef(false);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Scrim />
        <Radix.Content
          className={`dialog ${wide ? "dialog-wide" : ""}`}
          aria-describedby={undefined}
          onChange={() => {
            isWritten.current = true;
          }}
          onInteractOutside={(event) => isWritten.current && event.preventDefault()}
          onOpenAutoFocus={(event) => {
            isWritten.current = false;
            focus.remember();
            focusFirst(event);
          }}
          onCloseAutoFocus={focus.giveBack}
        >
          <div className="dialog-head">
            <Radix.Title className="dialog-title">{title}</Radix.Title>
            {wide && <IconButton icon="x" label={t("Close")} keys="Esc" onClick={onClose} />}
          </div>
          <div className="dialog-body" tabIndex={isText ? 0 : undefined}>
            {children}
          </div>
          {actions && <div className="dialog-actions">{actions}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

// What the form was opened for, else the first field, else the button that Enter presses, else the way out; a sheet to read takes the focus itself.
function focusFirst(event: Event) {
  event.preventDefault();
  const dialog = event.currentTarget;
  if (!(dialog instanceof HTMLElement)) return;
  const first =
    dialog.querySelector<HTMLElement>(".dialog-body [data-first=true]") ??
    dialog.querySelector<HTMLElement>(".dialog-body :is(input, select, textarea):not(:disabled)") ??
    dialog.querySelector<HTMLElement>(".dialog-body[tabindex]") ??
    dialog.querySelector<HTMLElement>(".dialog-actions .btn-main") ??
    dialog.querySelector<HTMLElement>(".dialog-actions button");
  (first ?? dialog).focus();
}

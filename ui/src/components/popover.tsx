import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";
import "./popover.css";

interface PopoverProps {
  /** A button; it gets the attributes of whatever opens. */
  trigger: ReactNode;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** What it is, for speech. */
  label: string;
  /** When it closes: where the focus goes, instead of back to the button. False leaves that to the button. */
  onClosed?: () => boolean;
  children: ReactNode;
}

/** Something to look through and choose from, at its button. Esc closes it. */
export function Popover({ trigger, open, onOpenChange, label, onClosed, children }: PopoverProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className="popover"
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={(event) => onClosed?.() && event.preventDefault()}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

import type { ReactNode } from "react";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";

interface RemoveDialogProps {
  open: boolean;
  /** What is removed, as the user calls it. */
  name: string;
  onClose: () => void;
  onRemove: () => void;
  /** What goes with it, and what stays. */
  children: ReactNode;
}

/** Asks before something is removed that cannot be brought back. */
export function RemoveDialog({ open, name, onClose, onRemove, children }: RemoveDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Remove ${name}?`}
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button kind="danger" onClick={onRemove}>
            Remove {name}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

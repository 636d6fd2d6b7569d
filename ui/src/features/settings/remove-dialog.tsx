import type { ReactNode } from "react";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { t } from "../../i18n";

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
      title={t("Remove {name}?", { name })}
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            {t("Cancel")}
          </Button>
          <Button kind="danger" onClick={onRemove}>
            {t("Remove {name}", { name })}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

import type { ButtonHTMLAttributes } from "react";
import { Icon, type IconName } from "../../components/icon";

interface ActButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName;
  label: string;
}

/** An icon that appears with its turn. A plain title instead of a drawn tooltip: a thread holds hundreds of them. */
export function ActButton({ icon, label, ...rest }: ActButtonProps) {
  return (
    <button type="button" className="icon-btn act" aria-label={label} title={label} {...rest}>
      <Icon name={icon} size={14} />
    </button>
  );
}

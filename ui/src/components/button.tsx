import { Tooltip } from "radix-ui";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { Icon, type IconName } from "./icon";
import "./button.css";

export type ButtonKind = "plain" | "main" | "mean" | "mean-quiet" | "quiet" | "danger";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `main` is what Enter does; `mean` goes on without you. */
  kind?: ButtonKind;
  small?: boolean;
  icon?: IconName;
  /** The shortcut as people read it, such as `Ctrl ⇧ B`. */
  keys?: string | undefined;
  children?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

/** A button with words. */
export function Button({ kind = "plain", small, icon, keys, children, className, ...rest }: ButtonProps) {
  const classes = ["btn", kind === "plain" ? "" : `btn-${kind}`, small ? "btn-small" : "", className ?? ""];
  return (
    <button type="button" {...rest} className={classes.filter(Boolean).join(" ")}>
      {icon && <Icon name={icon} size={14} />}
      {children}
      {keys && <Keys keys={keys} />}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName;
  /** Its name, read aloud and shown in the tooltip. */
  label: string;
  keys?: string | undefined;
  /** For a button that switches something; leave it out for all others. */
  pressed?: boolean;
  /** Something small drawn over its corner, such as a count. */
  badge?: ReactNode;
  /** Lets the system draw the tooltip: for buttons that stand in every row of a list. */
  light?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

/** An icon alone: always with a name and a tooltip. */
export function IconButton({ icon, label, keys, pressed, badge, light, className, ...rest }: IconButtonProps) {
  const button = (
    <button
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      title={light ? label : undefined}
      {...rest}
      className={`icon-btn ${pressed ? "is-on" : ""} ${className ?? ""}`}
    >
      <Icon name={icon} />
      {badge}
    </button>
  );
  if (light) return button;
  return (
    <Tooltip.Provider delayDuration={500} skipDelayDuration={200}>
      <Tooltip.Root>
        <Tooltip.Trigger asChild>{button}</Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content className="tip" sideOffset={4} collisionPadding={8}>
            {label}
            {keys && <Keys keys={keys} />}
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}

/** A shortcut as small text. Hidden from speech: the action's name says enough. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="keys" aria-hidden="true">
      {keys}
    </span>
  );
}

import type { ReactNode } from "react";

interface PickProps {
  value: string;
  picked: string;
  onPick: (value: string) => void;
  title: string;
  detail: string;
  disabled?: boolean;
  /** Beside the words. */
  aside?: ReactNode;
  /** Below the words, once it is picked. */
  children?: ReactNode;
}

/** One of several ways, as a card with a radio. */
export function Pick({ value, picked, onPick, title, detail, disabled, aside, children }: PickProps) {
  const isOn = picked === value;
  return (
    <div className={`wel-pick ${isOn ? "is-on" : ""}`}>
      <div className="wel-pick-top">
        <label className="wel-pick-label">
          <input
            type="radio"
            name="model"
            value={value}
            checked={isOn}
            disabled={disabled}
            onChange={() => onPick(value)}
          />
          <span className="grow">
            <strong>{title}</strong>
            <span className="meta num">{detail}</span>
          </span>
        </label>
        {aside}
      </div>
      {isOn && children && <div className="wel-pick-more">{children}</div>}
    </div>
  );
}

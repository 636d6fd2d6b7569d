import { Switch as Radix } from "radix-ui";
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";
import { Icon } from "./icon";
import "./field.css";

interface Labelled {
  label: string;
  /** Under the control, in small text. */
  hint?: ReactNode;
  /** Replaces the hint, and marks the control as wrong. */
  error?: string | null | undefined;
  /** Keeps the label for speech only, where the row beside it says the same. */
  hideLabel?: boolean;
}

interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement>, Labelled {
  "data-first"?: boolean | undefined;
  ref?: Ref<HTMLInputElement>;
}

/** One line of text with its label. */
export function TextField({ label, hint, error, hideLabel, className, ...rest }: TextFieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className={`field ${className ?? ""}`}>
      <label htmlFor={id} className={hideLabel ? "sr" : "field-label"}>
        {label}
      </label>
      <input
        spellCheck={false}
        autoComplete="off"
        {...rest}
        id={id}
        className={`field-input ${error || rest["aria-invalid"] ? "is-bad" : ""}`}
        aria-invalid={error ? true : rest["aria-invalid"]}
        aria-describedby={error || hint ? noteId : rest["aria-describedby"]}
      />
      <FieldNote id={noteId} hint={hint} error={error} />
    </div>
  );
}

interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement>, Labelled {
  "data-first"?: boolean;
}

/** Several lines of text with their label. */
export function TextArea({ label, hint, error, hideLabel, className, ...rest }: TextAreaProps) {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className={`field ${className ?? ""}`}>
      <label htmlFor={id} className={hideLabel ? "sr" : "field-label"}>
        {label}
      </label>
      <textarea
        {...rest}
        id={id}
        className={`field-input field-area ${error ? "is-bad" : ""}`}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? noteId : undefined}
      />
      <FieldNote id={noteId} hint={hint} error={error} />
    </div>
  );
}

export interface Option {
  value: string;
  label: string;
}

interface SelectProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, "onChange">, Labelled {
  options: Option[];
  onChange: (value: string) => void;
}

/** One of several, drawn by the system. */
export function Select({ label, hint, error, hideLabel, options, onChange, className, ...rest }: SelectProps) {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className={`field ${className ?? ""}`}>
      <label htmlFor={id} className={hideLabel ? "sr" : "field-label"}>
        {label}
      </label>
      <span className="field-select">
        <select
          {...rest}
          id={id}
          className="field-input"
          aria-describedby={error || hint ? noteId : undefined}
          onChange={(event) => onChange(event.target.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="chevron-down" size={14} />
      </span>
      <FieldNote id={noteId} hint={hint} error={error} />
    </div>
  );
}

interface SwitchProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  describedBy?: string;
}

/** On or off, at once. */
export function Switch({ label, checked, onChange, disabled, describedBy }: SwitchProps) {
  return (
    <Radix.Root
      className="switch"
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
      aria-label={label}
      aria-describedby={describedBy}
    >
      <Radix.Thumb className="switch-thumb" />
    </Radix.Root>
  );
}

function FieldNote({ id, hint, error }: { id: string; hint: ReactNode; error: string | null | undefined }) {
  if (error) {
    return (
      <p id={id} className="field-error" role="alert">
        <Icon name="triangle-alert" size={14} />
        {error}
      </p>
    );
  }
  return hint ? (
    <p id={id} className="field-hint">
      {hint}
    </p>
  ) : null;
}

import { type ReactNode, useId } from "react";
import { ResetSection } from "./reset-section";

/** A heading and a card of rows. */
export function Section({
  id,
  title,
  aside,
  children,
}: {
  id: string;
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="set-section" aria-labelledby={`set-${id}`}>
      <div className="set-section-head">
        <h2 id={`set-${id}`} tabIndex={-1}>
          {title}
        </h2>
        {aside}
        <ResetSection id={id} title={title} />
      </div>
      {children}
    </section>
  );
}

/** One setting: its name, what it means, and the control at the end. */
export function Row({
  label,
  hint,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  children?: ReactNode | ((hintId: string | undefined) => ReactNode);
}) {
  const id = useId();
  const hintId = hint ? id : undefined;
  return (
    <div className="set-row">
      <div className="grow">
        <div className="set-row-label">{label}</div>
        {hint && (
          <div className="meta" id={hintId}>
            {hint}
          </div>
        )}
      </div>
      {typeof children === "function" ? children(hintId) : children}
    </div>
  );
}

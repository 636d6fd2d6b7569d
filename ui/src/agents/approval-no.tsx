import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "../components/button";
import { TextField } from "../components/field";
import { t } from "../i18n";
import type { Decision } from "../ipc/types";

interface RefusalProps {
  /** What the no is called. */
  act: string;
  /** What a standing no would cover; `null` where there is none. */
  never: string | null;
  /** What that is called. */
  neverAct: string;
  onDecide: (decision: Decision, words: string | null) => void;
  onLeave: () => void;
}

/** A no, with the reason if there is one to tell. Esc goes back. */
export function Refusal({ act, never, neverAct, onDecide, onLeave }: RefusalProps) {
  const [why, setWhy] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => takeFocus(field.current), []);
  const send = (event: FormEvent) => {
    event.preventDefault();
    onDecide("reject", why.trim() || null);
  };
  return (
    <form className="approval-answer is-no" onSubmit={send} onKeyDown={(event) => leaveOnEsc(event, onLeave)}>
      <TextField
        ref={field}
        label={t("Tell it why (optional)")}
        value={why}
        onChange={(event) => setWhy(event.target.value)}
      />
      <Button type="submit" kind="main">
        {act}
      </Button>
      {never !== null && (
        <Button
          title={t("You can take it back in the settings")}
          onClick={() => onDecide("reject_always", why.trim() || null)}
        >
          {neverAct}
        </Button>
      )}
      <Button kind="quiet" onClick={onLeave}>
        {t("Back")}
      </Button>
      {never !== null && (
        <p className="meta approval-never">
          {t("{act} forbids from now on: {what}, by any agent, for 90 days.", {
            act: neverAct,
            what: never.charAt(0).toLowerCase() + never.slice(1),
          })}
        </p>
      )}
    </form>
  );
}

interface StopSureProps {
  onStop: () => void;
  onLeave: () => void;
}

/** Asks once before a task is stopped for good, with the way out in hand. Esc goes back. */
export function StopSure({ onStop, onLeave }: StopSureProps) {
  const out = useRef<HTMLButtonElement>(null);
  useEffect(() => takeFocus(out.current), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its buttons are what is pressed; Esc leaves from any of them.
    <div className="approval-acts" onKeyDown={(event) => leaveOnEsc(event, onLeave)}>
      <p className="approval-sure">{t("Stop the task? What it did stays, and its files can be put back.")}</p>
      <Button onClick={onStop}>{t("Stop it")}</Button>
      <Button ref={out} onClick={onLeave}>
        {t("Let it wait")}
      </Button>
    </div>
  );
}

/** With all that stands around it in view. */
function takeFocus(control: HTMLElement | null): void {
  control?.focus({ preventScroll: true });
  control?.closest(".approval-foot")?.scrollIntoView?.({ block: "nearest" });
}

function leaveOnEsc(event: KeyboardEvent, onLeave: () => void): void {
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  onLeave();
}

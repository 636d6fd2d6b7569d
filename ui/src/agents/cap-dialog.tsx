import { type FormEvent, useId, useState } from "react";
import { amountOf, amountText } from "../components/amount-text";
import { Button } from "../components/button";
import { Dialog } from "../components/dialog";
import { TextField } from "../components/field";
import { t } from "../i18n";
import type { Budget, Task } from "../ipc/types";
import { actions } from "../state/actions";
import { noBudget, reachedCap, USUAL_FILES, USUAL_STEPS } from "../state/budget";
import "./cap-dialog.css";

interface CapDialogProps {
  task: Task;
  onClose: () => void;
}

/** What one task may use before its user is asked. */
export function CapDialog({ task, onClose }: CapDialogProps) {
  const form = useId();
  const budget = task.budget ?? noBudget;
  const [usd, setUsd] = useState(amountText(budget.usd));
  const [tokens, setTokens] = useState(amountText(budget.tokens));
  const [minutes, setMinutes] = useState(amountText(budget.seconds === null ? null : budget.seconds / 60));
  const [steps, setSteps] = useState(amountText(budget.steps ?? null));
  const [files, setFiles] = useState(amountText(budget.files ?? null));
  const work = amountOf(minutes);
  // Whoever comes because one of them was reached means that one.
  const reached = reachedCap(task);
  const chosen: Budget = {
    usd: amountOf(usd),
    tokens: amountOf(tokens),
    seconds: work === null ? null : Math.max(1, Math.round(work * 60)),
    ...(task.agent !== null && { steps: amountOf(steps), files: amountOf(files) }),
  };
  const isWhole = (value: number | null) => isAmount(value) && Number.isInteger(value ?? 1);
  const wrong = {
    usd: isAmount(chosen.usd) ? null : t("More than 0, or empty"),
    tokens: isWhole(chosen.tokens) ? null : t("A whole number from 1, or empty"),
    minutes: isAmount(work) ? null : t("More than 0, or empty"),
    steps: isWhole(chosen.steps ?? null) ? null : t("A whole number from 1, or empty"),
    files: isWhole(chosen.files ?? null) ? null : t("A whole number from 1, or empty"),
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (Object.values(wrong).some(Boolean)) return;
    await actions.setBudget(task.id, chosen);
    onClose();
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t("Cap for this task")}
      actions={
        <>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button kind="main" type="submit" form={form}>
            {t("Save")}
          </Button>
        </>
      }
    >
      <form id={form} className="cap" onSubmit={(event) => void save(event)}>
        <p className="meta">
          {t("You are asked when it reaches one of them. Empty for as much as it takes.")}
          {task.state === "running" && ` ${t("The answer that is being written now keeps the cap it began with.")}`}
        </p>
        <div className="cap-numbers">
          <Limit
            label={t("Dollars")}
            isFirst={reached === "usd"}
            hint={t("You are also asked where the price of its model is not known.")}
            value={usd}
            error={wrong.usd}
            onWrite={setUsd}
          />
          <Limit
            label={t("Tokens written")}
            isFirst={reached === "tokens"}
            hint={t("About four letters each.")}
            step="1"
            value={tokens}
            error={wrong.tokens}
            onWrite={setTokens}
          />
          <Limit
            label={t("Minutes of work")}
            isFirst={reached === "seconds"}
            hint={t("Waiting counts as none.")}
            value={minutes}
            error={wrong.minutes}
            onWrite={setMinutes}
          />
          {task.agent !== null && (
            <>
              <Limit
                label={t("Steps")}
                isFirst={reached === "steps"}
                hint={t("Reading a file is one.")}
                step="1"
                empty={String(USUAL_STEPS)}
                value={steps}
                error={wrong.steps}
                onWrite={setSteps}
              />
              <Limit
                label={t("Files changed")}
                isFirst={reached === "files"}
                hint={t("All of them can be put back.")}
                step="1"
                empty={String(USUAL_FILES)}
                value={files}
                error={wrong.files}
                onWrite={setFiles}
              />
            </>
          )}
        </div>
      </form>
    </Dialog>
  );
}

interface LimitProps {
  label: string;
  hint: string;
  step?: "1" | "any";
  /** What an empty field stands for. */
  empty?: string;
  /** It takes the focus. */
  isFirst: boolean;
  value: string;
  error: string | null;
  onWrite: (value: string) => void;
}

function Limit({ label, hint, step = "any", empty = t("any"), isFirst, value, error, onWrite }: LimitProps) {
  return (
    <TextField
      label={label}
      className="num"
      data-first={isFirst || undefined}
      type="number"
      min={0}
      step={step}
      placeholder={empty}
      value={value}
      error={error}
      hint={hint}
      onChange={(event) => onWrite(event.target.value)}
    />
  );
}

const isAmount = (value: number | null) => value === null || value > 0;

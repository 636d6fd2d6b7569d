import { useEffect, useState } from "react";
import { TextField } from "../../components/field";
import type { Budget, Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Row } from "./section";

/** What a background task may use before you are asked. */
export function BudgetRows({ settings }: { settings: Settings }) {
  const { task_budget: budget } = settings;
  const keep = (part: Partial<Budget>) => void actions.saveSettings({ task_budget: { ...budget, ...part } });
  return (
    <div className="set-card">
      <Row
        label="Ask me when a task costs more than"
        hint="US dollars, where the price of the model is known. Empty for as much as it takes."
      >
        <Amount label="Dollars for a task" value={budget.usd} step="any" unit="$" onKeep={(usd) => keep({ usd })} />
      </Row>
      <Row label="Ask me when a task writes more than" hint="Tokens, about four letters each.">
        <Amount
          label="Tokens for a task"
          value={budget.tokens}
          step="1"
          unit=""
          onKeep={(tokens) => keep({ tokens })}
        />
      </Row>
    </div>
  );
}

interface AmountProps {
  label: string;
  value: number | null;
  step: "1" | "any";
  unit: string;
  onKeep: (value: number | null) => void;
}

function Amount({ label, value, step, unit, onKeep }: AmountProps) {
  const shown = value === null ? "" : String(value);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const amount = text.trim() === "" ? null : Number(text);
  const isWrong = amount !== null && !(amount > 0 && (step === "any" || Number.isInteger(amount)));
  const keep = () => {
    if (isWrong) setText(shown);
    else if (amount !== value) onKeep(amount);
  };
  return (
    <TextField
      hideLabel
      label={label}
      className="set-number num"
      type="number"
      min={0}
      step={step}
      placeholder={unit === "" ? "any" : `any ${unit}`}
      value={text}
      error={isWrong ? "More than 0, or empty" : null}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") keep();
      }}
    />
  );
}

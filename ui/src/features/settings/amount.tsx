import { useEffect, useState } from "react";
import { amountOf, amountText } from "../../components/amount-text";
import { TextField } from "../../components/field";
import { t } from "../../i18n";

interface AmountProps {
  label: string;
  value: number | null;
  step: "1" | "any";
  unit: string;
  /** What an empty field stands for. */
  empty?: string;
  onKeep: (value: number | null) => void;
}

/** More than nothing, or empty for as much as it takes. */
export function Amount({ label, value, step, unit, empty = t("any"), onKeep }: AmountProps) {
  const shown = amountText(value);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const amount = amountOf(text);
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
      placeholder={unit === "" ? empty : `${empty} ${unit}`}
      value={text}
      error={isWrong ? t("More than 0, or empty") : null}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") keep();
      }}
    />
  );
}

import { useState } from "react";
import { Switch } from "../../components/field";
import { Note } from "../../components/note";
import { wordsOf } from "../../components/use-answer";
import { actions } from "../../state/actions";
import { Row } from "./section";

interface StartRowProps {
  isOn: boolean;
  isInTray: boolean;
  onChanged: () => void;
}

/** Whether it starts with the session of the user. */
export function StartRow({ isOn, isInTray, onChanged }: StartRowProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const set = async (on: boolean) => {
    setProblem(null);
    try {
      await actions.setAutostart(on);
    } catch (error) {
      setProblem(wordsOf(error));
    }
    onChanged();
  };
  const where = isInTray ? "in the tray" : "without a window";
  return (
    <>
      <Row label="Start when I log in" hint={`Hidden, ${where}. Work that was cut goes on by itself.`}>
        {(hintId) => (
          <Switch
            label="Start when I log in"
            {...(hintId ? { describedBy: hintId } : {})}
            checked={isOn}
            onChange={(on) => void set(on)}
          />
        )}
      </Row>
      {problem && (
        <Note kind="fail" icon="triangle-alert" role="alert">
          {problem}
        </Note>
      )}
    </>
  );
}

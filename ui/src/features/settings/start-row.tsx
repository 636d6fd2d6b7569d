import { useState } from "react";
import { Switch } from "../../components/field";
import { Note } from "../../components/note";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
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
  return (
    <>
      <Row
        label={t("Start when I log in")}
        hint={
          isInTray
            ? t("Hidden, in the tray. Work that was cut goes on by itself.")
            : t("Hidden, without a window. Work that was cut goes on by itself.")
        }
      >
        {(hintId) => (
          <Switch
            label={t("Start when I log in")}
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

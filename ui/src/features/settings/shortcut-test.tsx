import { useState } from "react";
import { Button } from "../../components/button";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { DesktopStatus } from "../../ipc/types";
import { written } from "../../keys/chord";
import { actions } from "../../state/actions";
import { Row } from "./section";

type Test = "not-yet" | "listening" | "heard" | "silent" | { problem: string };

/** Whether the keys of quick ask arrive: the desktop may keep them although it said otherwise. */
export function ShortcutTest({ shortcut, status }: { shortcut: string; status: DesktopStatus | null }) {
  const [test, setTest] = useState<Test>("not-yet");
  const listen = async () => {
    setTest("listening");
    try {
      setTest((await actions.testShortcut()) ? "heard" : "silent");
    } catch (error) {
      setTest({ problem: wordsOf(error) });
    }
  };
  return (
    <Row label={t("Does it arrive?")} hint={<span role="status">{words(test, written(shortcut), status)}</span>}>
      <Button small disabled={test === "listening"} onClick={() => void listen()}>
        {test === "listening" ? t("Listening") : t("Test the keys")}
      </Button>
    </Row>
  );
}

function words(test: Test, keys: string, status: DesktopStatus | null): string {
  if (typeof test === "object") return test.problem;
  switch (test) {
    case "not-yet":
      return t("Presses are listened for, ten seconds long.");
    case "listening":
      return t("Press {keys} now.", { keys });
    case "heard":
      return t("Heard it. {keys} opens Quick ask from any program.", { keys });
    case "silent":
      return status?.shortcut === "ready"
        ? t(
            "{keys} did not arrive within ten seconds. Another program or the desktop may take it first: choose other keys, or bind a key to meanwhile open in the keyboard settings of your desktop.",
            { keys },
          )
        : t(
            "{keys} did not arrive: this desktop does not give it to Meanwhile. Bind a key to meanwhile open in the keyboard settings of your desktop.",
            { keys },
          );
    default: {
      const never: never = test;
      return never;
    }
  }
}

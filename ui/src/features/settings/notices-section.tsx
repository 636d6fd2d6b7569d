import { useState } from "react";
import { Button } from "../../components/button";
import { Switch } from "../../components/field";
import { Note } from "../../components/note";
import { wordsOf } from "../../components/use-answer";
import type { DesktopStatus, Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Row, Section } from "./section";

/** Whether the desktop says when background work is done. */
export function NoticesSection({ settings, status }: { settings: Settings; status: DesktopStatus | null }) {
  const [outcome, setOutcome] = useState<{ isRefused: boolean; words: string } | null>(null);
  const test = async () => {
    setOutcome(null);
    try {
      await actions.testNotice();
      setOutcome({ isRefused: false, words: "Sent. It should be on the desktop now." });
    } catch (error) {
      setOutcome({ isRefused: true, words: wordsOf(error) });
    }
  };
  return (
    <Section id="notices" title="Notices">
      {status?.notices === "missing" && (
        <Note kind="you" icon="bell">
          This desktop has no notice service, so nothing can be shown there. Outcomes stand in the list of tasks, with a
          dot until you have seen them.
        </Note>
      )}
      <div className="set-card">
        <Row
          label="Tell me on the desktop"
          hint="When background work is done, has failed, or needs you. Silent while you look at that task."
        >
          {(hintId) => (
            <Switch
              label="Tell me on the desktop"
              {...(hintId ? { describedBy: hintId } : {})}
              checked={settings.notices ?? false}
              onChange={(notices) => void actions.saveSettings({ notices })}
            />
          )}
        </Row>
        <Row label="Hide content" hint={'Shows "A task is done" instead of its title, also on the lock screen.'}>
          {(hintId) => (
            <Switch
              label="Hide content"
              {...(hintId ? { describedBy: hintId } : {})}
              checked={settings.private_notices}
              onChange={(private_notices) => void actions.saveSettings({ private_notices })}
            />
          )}
        </Row>
        <Row label="Desktop" hint={stateWords(status)}>
          <Button small disabled={status?.notices === "missing"} onClick={() => void test()}>
            Send a test
          </Button>
        </Row>
      </div>
      {outcome && (
        <Note
          kind={outcome.isRefused ? "fail" : "plain"}
          icon={outcome.isRefused ? "octagon-x" : "circle-check"}
          role={outcome.isRefused ? "alert" : "status"}
        >
          {outcome.words}
        </Note>
      )}
      <p className="meta">
        The list of tasks always has everything, once. Desktop notices come on top; after a crash one may come twice.
      </p>
    </Section>
  );
}

function stateWords(status: DesktopStatus | null): string {
  switch (status?.notices) {
    case "ready":
      return "Ready. A press on a notice opens its task.";
    case "no_actions":
      return "Ready, but notices here cannot be pressed. Open the task from the list instead.";
    case "missing":
      return "No notice service was found.";
    default:
      return "Asking the desktop.";
  }
}

import { useState } from "react";
import { Button } from "../../components/button";
import { Switch } from "../../components/field";
import { Note } from "../../components/note";
import { useAnswer, wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { DesktopStatus, Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { ChannelsCard } from "./channels-card";
import { NoticeTable } from "./notice-table";
import { QuietRow } from "./quiet-row";
import { Row, Section } from "./section";
import "./notices-section.css";

/** Who says what of background work, when, and how much of it. */
export function NoticesSection({ settings, status }: { settings: Settings; status: DesktopStatus | null }) {
  const [outcome, setOutcome] = useState<{ isRefused: boolean; words: string } | null>(null);
  const { value, error, again } = useAnswer(actions.channels);
  const channels = value ?? [];
  const used = channels.filter((channel) => channel.state === "ready").map((channel) => channel.name);
  const test = async () => {
    setOutcome(null);
    try {
      await actions.testNotice();
      setOutcome({ isRefused: false, words: t("Sent. It should be on the desktop now.") });
    } catch (error) {
      setOutcome({ isRefused: true, words: wordsOf(error) });
    }
  };
  return (
    <Section id="notices" title={t("Notices")}>
      {status?.notices === "missing" && (
        <Note kind="you" icon="bell">
          {t(
            "This desktop has no notice service, so nothing can be shown there. Outcomes stand in the list of tasks, with a dot until you have seen them.",
          )}
        </Note>
      )}
      <div className="set-card">
        <Row label={t("Tell me on the desktop")} hint={t("What is chosen below. Silent while you look at that task.")}>
          {(hintId) => (
            <Switch
              label={t("Tell me on the desktop")}
              {...(hintId ? { describedBy: hintId } : {})}
              checked={settings.notices ?? false}
              onChange={(notices) => void actions.saveSettings({ notices })}
            />
          )}
        </Row>
        <Row
          label={t("Hide content")}
          hint={t('Says "A task is done" instead of its title and text, on the lock screen and on every channel.')}
        >
          {(hintId) => (
            <Switch
              label={t("Hide content")}
              {...(hintId ? { describedBy: hintId } : {})}
              checked={settings.private_notices}
              onChange={(private_notices) => void actions.saveSettings({ private_notices })}
            />
          )}
        </Row>
        <NoticeTable settings={settings} channels={used} />
        <QuietRow quiet={settings.quiet_hours} />
        <Row label={t("Desktop")} hint={stateWords(status)}>
          <Button small disabled={status?.notices === "missing"} onClick={() => void test()}>
            {t("Send a test")}
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
      <ChannelsCard channels={channels} error={error} onChanged={again} />
      <p className="meta">
        {t(
          "The list of tasks always has everything, once. Desktop notices and channels come on top; after a crash a desktop notice may come twice, and a message that may have left is never sent again.",
        )}
      </p>
    </Section>
  );
}

function stateWords(status: DesktopStatus | null): string {
  switch (status?.notices) {
    case "ready":
      return t("Ready. A press on a notice opens its task.");
    case "no_actions":
      return t("Ready, but notices here cannot be pressed. Open the task from the list instead.");
    case "missing":
      return t("No notice service was found.");
    default:
      return t("Asking the desktop.");
  }
}

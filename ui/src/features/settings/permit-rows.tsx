import { useState } from "react";
import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { age, fullTime, useNow } from "../../components/time";
import { useAnswer, wordsOf } from "../../components/use-answer";
import { rich, t } from "../../i18n";
import type { Permit } from "../../ipc/types";
import { actions } from "../../state/actions";
import { permitWords } from "../../state/agent-words";

/** What agents may do from now on without being asked, or never, and the way to take it back. */
export function PermitRows() {
  const { value, error, again } = useAnswer(actions.permits);
  const [problem, setProblem] = useState<string | null>(null);
  const takeBack = async (permit: Permit) => {
    try {
      await actions.revokePermit(permit.id);
      setProblem(null);
    } catch (refused) {
      setProblem(wordsOf(refused));
    }
    again();
  };
  const permits = value ?? [];
  return (
    <div className="set-card">
      <div className="set-row">
        <div className="grow">
          <div className="set-row-label">{t("Always and never")}</div>
          <div className="meta">
            {permits.length === 0
              ? t("Nothing: agents ask before each change and each command.")
              : t("What you allowed or forbade in a folder, for every agent there. Never wins over always.")}
          </div>
        </div>
      </div>
      {(problem ?? error) && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem ?? error}
        </Note>
      )}
      {permits.map((permit) => (
        <PermitRow key={permit.id} permit={permit} onTakeBack={() => void takeBack(permit)} />
      ))}
    </div>
  );
}

function PermitRow({ permit, onTakeBack }: { permit: Permit; onTakeBack: () => void }) {
  const now = useNow(false);
  const { words, line } = permitWords(permit);
  const ends = Math.max(0, Math.ceil((Date.parse(permit.expires_at) - now) / 86_400_000));
  const given = { time: <time dateTime={permit.given_at} title={fullTime(permit.given_at)} /> };
  const facts = { folder: permit.folder || t("Without a folder"), age: age(permit.given_at, now) };
  return (
    <div className="set-row">
      <div className="grow">
        <div className="set-row-label">
          {words}
          {line && <code className="permit-line">{line}</code>}
        </div>
        <div className="meta">
          {ends === 0
            ? rich("{folder} · <time>{age}</time>, does not count any more", given, facts)
            : rich(
                "{folder} · <time>{age}</time>, counts for {n, plural, one {# more day} other {# more days}}",
                given,
                { ...facts, n: ends },
              )}
        </div>
      </div>
      <Button
        small
        aria-label={t("Take back: {permit}", { permit: line ? `${words} ${line}` : words })}
        onClick={onTakeBack}
      >
        {t("Take back")}
      </Button>
    </div>
  );
}

import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { Page } from "../../components/page";
import { age, duration, fullTime, useNow } from "../../components/time";
import { useAnswer } from "../../components/use-answer";
import { t } from "../../i18n";
import type { Audit, Shape, Watched } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { modelName } from "../../state/task-words";
import { headline, missWords, offerAgain, offerNoMore } from "./words";
import "./audit.css";

/** What was sat through in the last week, and what could be suggested better. Nothing changes by itself. */
export function AuditPage() {
  const answer = useAnswer(actions.audit);
  const offers = useStore((state) => state.settings.offers);
  const set = async (without: Shape[]) => {
    await actions.saveSettings({ offers: { ...offers, without } });
    answer.again();
  };
  const others = (shape: Shape) => offers.without.filter((one) => one !== shape);
  return (
    <Page
      title={t("What you sat through")}
      listKeys={keysOf("list")}
      onList={() => actions.toggleList(true)}
      onBack={() => actions.setPage("chat")}
    >
      <div className="audit-page">
        {answer.error !== null && (
          <Note
            kind="fail"
            icon="octagon-x"
            role="alert"
            actions={
              <Button small onClick={answer.again}>
                {t("Try again")}
              </Button>
            }
          >
            {t("What you sat through could not be read.")} {answer.error}
          </Note>
        )}
        {answer.value && (
          <Found
            audit={answer.value}
            rules={[
              ...answer.value.offer_again.map((shape) => ({
                words: offerAgain(shape),
                onTake: () => void set(others(shape)),
              })),
              ...answer.value.offer_no_more.map((shape) => ({
                words: offerNoMore(shape),
                onTake: () => void set([...others(shape), shape]),
              })),
            ]}
          />
        )}
      </div>
    </Page>
  );
}

interface Rule {
  words: { why: string; button: string };
  onTake(): void;
}

function Found({ audit, rules }: { audit: Audit; rules: Rule[] }) {
  return (
    <>
      <p role="status">{headline(audit.watched)}</p>
      {rules.map(({ words, onTake }) => (
        <Note
          key={words.button}
          icon="info"
          actions={
            <Button small onClick={onTake}>
              {words.button}
            </Button>
          }
        >
          {words.why}
        </Note>
      ))}
      {audit.watched.length > 0 && (
        <ul className="audit-list">
          {audit.watched.map((one) => (
            <Line key={one.task_id} one={one} />
          ))}
        </ul>
      )}
    </>
  );
}

function Line({ one }: { one: Watched }) {
  const now = useNow(false);
  return (
    <li className="audit-line">
      <div className="grow">
        <div className="audit-title">{one.title}</div>
        <div className="meta">{missWords(one)}</div>
      </div>
      <span className="meta num">
        {duration(one.took_ms)}, {modelName(one.model)},{" "}
        <time dateTime={one.ended_at} title={fullTime(one.ended_at)}>
          {age(one.ended_at, now)}
        </time>
      </span>
      <Button small onClick={() => actions.openConversation(one.conversation_id, one.task_id)}>
        {t("View")}
      </Button>
    </li>
  );
}

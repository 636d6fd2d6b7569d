import { useEffect, useRef, useState } from "react";
import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { Page } from "../../components/page";
import { Segments } from "../../components/segments";
import { useAnswer } from "../../components/use-answer";
import { t } from "../../i18n";
import type { UsageReport } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { DayPicture } from "./day-picture";
import { TodayNote } from "./today-note";
import { BarList, UsageTable } from "./usage-list";
import { costWords, type Measure, stretches, tokenWords } from "./words";
import "./usage.css";

const RANGES = [
  { value: "7", label: t("7 days") },
  { value: "30", label: t("30 days") },
  { value: "90", label: t("90 days") },
  { value: "all", label: t("All") },
] as const;

const FORMS = [
  { value: "picture", label: t("Picture") },
  { value: "table", label: t("Table") },
] as const;

const MEASURES = [
  { value: "money", label: t("Dollars") },
  { value: "tokens", label: t("Tokens") },
] as const;

type Range = (typeof RANGES)[number]["value"];
type Form = (typeof FORMS)[number]["value"];

/** What was used: tokens and money, by day, model and chat. */
export function UsagePage() {
  const [range, setRange] = useState<Range>("30");
  const [form, setForm] = useState<Form>("picture");
  const [measure, setMeasure] = useState<Measure>("money");
  // Whatever begins or ends changes what was used.
  const summary = useStore((state) => state.summary);
  const answer = useAnswer(() => actions.usage(range === "all" ? null : Number(range)));
  const asked = useRef({ range, summary });
  const { again } = answer;
  useEffect(() => {
    if (asked.current.range === range && asked.current.summary === summary) return;
    asked.current = { range, summary };
    again();
  }, [range, summary, again]);

  return (
    <Page
      title={t("Usage")}
      listKeys={keysOf("list")}
      onList={() => actions.toggleList(true)}
      onBack={() => actions.setPage("chat")}
    >
      <div className="use-page">
        <div className="use-choices">
          <Segments label={t("How far back")} value={range} options={RANGES} onChange={setRange} />
          <Segments label={t("Shown as")} value={form} options={FORMS} onChange={setForm} />
          {form === "picture" && (
            <Segments label={t("Measured in")} value={measure} options={MEASURES} onChange={setMeasure} />
          )}
        </div>
        {answer.error !== null && (
          <Note
            kind="fail"
            icon="octagon-x"
            role="alert"
            actions={
              <Button small onClick={again}>
                {t("Try again")}
              </Button>
            }
          >
            {t("What was used could not be read.")} {answer.error}
          </Note>
        )}
        {answer.value && <Report report={answer.value} form={form} measure={measure} />}
      </div>
    </Page>
  );
}

function Report({ report, form, measure }: { report: UsageReport; form: Form; measure: Measure }) {
  const { total } = report;
  if (total.requests === 0) {
    return (
      <>
        <TodayNote report={report} />
        <p className="soft">
          {t("Nothing was used in these days. What you ask is counted here from its first answer on.")}
        </p>
      </>
    );
  }
  const bars = stretches(report.days);
  // Newest first, without those on which nothing happened.
  const days = bars.filter(({ spent }) => spent.requests > 0).reverse();
  const models = report.models.map(({ model, spent }) => ({ id: model, words: model, spent }));
  const chats = report.conversations.map(({ conversation_id: chat, title, spent }) => {
    return { id: chat ?? title, words: title || t("New chat"), spent, chat };
  });
  const isTable = form === "table";
  const read = tokenWords(total.input_tokens, total);
  const written = tokenWords(total.output_tokens, total);
  return (
    <>
      <TodayNote report={report} />
      <p className="use-total num">
        <strong>{costWords(total)}</strong>
        <span className="meta">
          {t("{n, plural, one {# request} other {# requests}}, {read} tokens read, {written} written", {
            n: total.requests,
            read,
            written,
          })}
        </span>
      </p>
      {total.unpriced > 0 && (
        <p className="meta">
          {t(
            "The price of {n, plural, one {# request} other {# requests}} is not known, so what they cost is not in the sum. A price of your own can be entered in the settings.",
            { n: total.unpriced },
          )}
          {form === "picture" && measure === "money" && ` ${t("What is not known is drawn with a dashed edge.")}`}
        </p>
      )}
      <Part title={bars.length < report.days.length ? t("By month") : t("By day")}>
        {isTable ? (
          <UsageTable caption={t("Usage by day")} what={t("When")} rows={days} />
        ) : (
          <DayPicture bars={bars} measure={measure} />
        )}
      </Part>
      <Part title={t("By model")}>
        {isTable ? (
          <UsageTable caption={t("Usage by model")} what={t("Model")} rows={models} />
        ) : (
          <BarList rows={models} measure={measure} />
        )}
      </Part>
      <Part title={t("By chat")}>
        {isTable ? (
          <UsageTable caption={t("Usage by chat")} what={t("Chat")} rows={chats} />
        ) : (
          <BarList rows={chats} measure={measure} />
        )}
      </Part>
    </>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="use-part" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

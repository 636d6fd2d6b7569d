import { useState } from "react";
import { Button } from "../components/button";
import { grouped } from "../components/counted";
import { t } from "../i18n";
import type { Call } from "../ipc/types";
import "./call-texts.css";

/** Letters of a result that are there at once. */
const SHORT = 1_200;

/** What a step was asked for, and what came of it. */
export function CallTexts({ call }: { call: Call }) {
  return (
    <div className="call-more">
      <Text label={t("Step {n} asks {tool}", { n: call.number, tool: call.tool })} text={readable(call.arguments)} />
      {call.result && <Text label={t("What came of it")} text={call.result} />}
    </div>
  );
}

function Text({ label, text }: { label: string; text: string }) {
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && text.length > SHORT + 200;
  return (
    <>
      <h4 className="meta">{label}</h4>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section className="call-text" aria-label={label} tabIndex={0}>
        {isCut ? `${text.slice(0, SHORT)}…` : text}
      </section>
      {isCut && (
        <Button small kind="quiet" onClick={() => setWhole(true)}>
          {t("Show all {n} letters", { n: grouped(text.length) })}
        </Button>
      )}
    </>
  );
}

/** As people write it; what is no JSON stays as it is. */
function readable(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null) return json;
    return Object.entries(value)
      .map(([name, part]) => `${name}: ${typeof part === "string" ? part : JSON.stringify(part)}`)
      .join("\n");
  } catch {
    return json;
  }
}

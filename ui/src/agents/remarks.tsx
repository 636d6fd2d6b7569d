import { clockTime, fullTime } from "../components/time";
import { t } from "../i18n";
import type { Remark } from "../ipc/types";
import { remarkWords } from "../state/remarks";
import "./remarks.css";

/** What was told to an agent, one quiet line for each. */
export function Remarks({ remarks }: { remarks: Remark[] }) {
  if (remarks.length === 0) return null;
  return (
    <ul className="remarks" aria-label={t("What you told it")}>
      {remarks.map((remark, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are only added.
        <li key={at}>
          <RemarkLine remark={remark} />
        </li>
      ))}
    </ul>
  );
}

/** One of them, with its moment. */
export function RemarkLine({ remark }: { remark: Remark }) {
  const { lead, text } = remarkWords(remark);
  return (
    <p className="remark-line">
      <span className="remark-words">
        <b>{lead}</b> {text}
      </span>
      <time className="meta num" dateTime={remark.at} title={fullTime(remark.at)}>
        {clockTime(remark.at)}
      </time>
    </p>
  );
}

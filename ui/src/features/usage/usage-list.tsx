import { grouped } from "../../components/counted";
import { t } from "../../i18n";
import type { ConversationId, Spent } from "../../ipc/types";
import { actions } from "../../state/actions";
import { amountOf, amountWords, costWords, isUnknown, type Measure, tokenWords } from "./words";

/** A model, a chat, or a day. */
export interface UsageRow {
  id: string;
  words: string;
  spent: Spent;
  /** A chat that can be opened. */
  chat?: ConversationId | null;
}

/** Each with a bar, those that cost most first. */
export function BarList({ rows, measure }: { rows: UsageRow[]; measure: Measure }) {
  const most = Math.max(...rows.map(({ spent }) => amountOf(spent, measure)));
  return (
    <ul className="use-list">
      {rows.map((row) => (
        <li key={row.id}>
          <Name row={row} />
          <span className="num use-amount">{amountWords(row.spent, measure)}</span>
          <svg className="use-line" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect className="use-room" x={0} y={0} width={100} height={4} />
            <rect className="use-bar" x={0} y={0} width={width(row.spent, measure, most)} height={4} />
            {isUnknown(row.spent, measure) && (
              <rect
                className="use-unknown"
                x={Math.min(96, width(row.spent, measure, most))}
                y={0}
                width={4}
                height={4}
              />
            )}
          </svg>
        </li>
      ))}
    </ul>
  );
}

function width(spent: Spent, measure: Measure, most: number): number {
  return most > 0 ? (amountOf(spent, measure) / most) * 100 : 0;
}

/** All there is to know of each, as a table. */
export function UsageTable({ caption, what, rows }: { caption: string; what: string; rows: UsageRow[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the window is scrolled with the keyboard.
    <section className="use-scroll" tabIndex={0} aria-label={caption}>
      <table className="use-table">
        <caption className="sr">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{what}</th>
            <th scope="col">{t("Requests")}</th>
            <th scope="col">{t("Tokens read")}</th>
            <th scope="col">{t("Tokens written")}</th>
            <th scope="col">{t("Cost")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <Name row={row} />
              </th>
              <td>{grouped(row.spent.requests)}</td>
              <td>{tokenWords(row.spent.input_tokens, row.spent)}</td>
              <td>{tokenWords(row.spent.output_tokens, row.spent)}</td>
              <td>{costWords(row.spent)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Name({ row: { words, chat } }: { row: UsageRow }) {
  if (!chat) return <span className="use-name">{words}</span>;
  return (
    <button type="button" className="use-name use-chat" onClick={() => actions.openConversation(chat)}>
      {words}
    </button>
  );
}

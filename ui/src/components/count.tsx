import "./count.css";

/** A number in a pill; `you` only where the user has to do something. */
export function Count({ n, you }: { n: number; you?: boolean }) {
  return <span className={`count num ${you ? "count-you" : ""}`}>{n > 99 ? "99+" : n}</span>;
}

/** The sign for "nobody has looked at this yet". */
export function Dot({ label }: { label: string }) {
  return <span className="dot" role="img" aria-label={label} title={label} />;
}

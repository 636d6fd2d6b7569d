import { grouped } from "./counted";
import "./count.css";

interface CountProps {
  n: number;
  /** Only where the user has to do something. */
  you?: boolean;
  /** Where there is room for any number; elsewhere more than 99 is `99+`, and the number is for speech only. */
  exact?: boolean;
}

/** A number in a pill. */
export function Count({ n, you, exact }: CountProps) {
  return (
    <span className={`count num ${you ? "count-you" : ""}`}>
      {n > 99 && !exact ? (
        <>
          <span aria-hidden="true">99+</span>
          <span className="sr">{grouped(n)}</span>
        </>
      ) : (
        grouped(n)
      )}
    </span>
  );
}

/** The sign for "nobody has looked at this yet". */
export function Dot({ label }: { label: string }) {
  return <span className="dot" role="img" aria-label={label} title={label} />;
}

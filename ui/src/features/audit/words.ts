// What an audit found, in words. Pure.
import { t } from "../../i18n";
import type { Shape, Watched } from "../../ipc/types";

/** `4 long answers in the last 7 days while you watched. 2 were not suggested for the background, 1 false alarm.` */
export function headline(watched: Watched[]): string {
  const alarms = watched.filter(({ miss }) => miss === "false_positive").length;
  const long = watched.length - alarms;
  const missed = watched.filter(({ miss }) => miss !== null && miss !== "false_positive").length;
  if (watched.length === 0) {
    return t("Nothing took half a minute or more in the last 7 days while you watched.");
  }
  const first =
    long === 0
      ? t("No long answers in the last 7 days while you watched.")
      : t("{n, plural, one {# long answer} other {# long answers}} in the last 7 days while you watched.", { n: long });
  const parts = [
    missed > 0 ? t("For {n} of them the background was not suggested.", { n: missed }) : "",
    alarms > 0
      ? t("{n, plural, one {# false alarm} other {# false alarms}}: suggested, and short.", { n: alarms })
      : "",
  ];
  return [first, ...parts].filter(Boolean).join(" ");
}

/** Why it was not suggested, or should not have been. */
export function missWords({ miss, signs }: Pick<Watched, "miss" | "signs">): string {
  const kinds = signs.map(({ shape }) => kindOf(shape)).join(", ");
  switch (miss) {
    case null:
      return t("The background was suggested, and you chose to watch.");
    case "wording":
      return t("Not suggested: nothing in its words says that it takes long, and there was no history.");
    case "contract":
      return kinds
        ? t("Not suggested: you switched that off ({kinds}).", { kinds })
        : t("Not suggested: you switched that off.");
    case "gap":
      return t("Not suggested: what was like it before was short. The history learns from this one.");
    case "false_positive":
      return kinds
        ? t("False alarm: suggested as {kinds}, and done within half a minute.", { kinds })
        : t("False alarm: suggested, and done within half a minute.");
    default:
      return unknown(miss);
  }
}

/** A rule that would have helped. */
export function offerAgain(shape: Shape): { why: string; button: string } {
  const kind = kindOf(shape);
  return {
    why: t("You sat through {kind} this week, and the background is not suggested for it.", { kind }),
    button: t("Offer for {kind} from now on", { kind }),
  };
}

/** A rule that would have been quieter. */
export function offerNoMore(shape: Shape): { why: string; button: string } {
  const kind = kindOf(shape);
  return {
    why: t("What was suggested as {kind} was mostly short.", { kind }),
    button: t("Do not offer for {kind} any more", { kind }),
  };
}

/** A kind of work as it stands within a sentence. */
function kindOf(shape: Shape): string {
  switch (shape) {
    case "document":
      return t("long documents");
    case "sources":
      return t("several sources");
    case "research":
      return t("research");
    case "verification":
      return t("checking");
    case "maintenance":
      return t("upkeep");
    case "release":
      return t("releases");
    default:
      return unknown(shape);
  }
}

function unknown(word: never): string {
  return String(word);
}

import { useEffect, useState } from "react";
import { wordsOf } from "../../components/use-answer";
import type { SearchHit } from "../../ipc/types";
import { actions } from "../../state/actions";

/** Letters that follow each other faster than this are one question. */
const PAUSE_MS = 120;

interface Said {
  hits: SearchHit[];
  hasMore: boolean;
  error: string | null;
  /** The query it answers; the last answer stays until the next one is there. */
  query: string;
}

const nothing: Said = { hits: [], hasMore: false, error: null, query: "" };

/** The prompts and answers with these words in them, asked of the process. */
export function useSaid(query: string): Said {
  const [said, setSaid] = useState(nothing);
  useEffect(() => {
    if (query === "") {
      setSaid(nothing);
      return;
    }
    let isWanted = true;
    const timer = setTimeout(() => {
      actions.search(query).then(
        // Names are found by the palette itself.
        ({ hits, has_more: hasMore }) =>
          isWanted && setSaid({ hits: hits.filter((hit) => hit.role !== null), hasMore, error: null, query }),
        (error: unknown) => isWanted && setSaid({ ...nothing, error: wordsOf(error), query }),
      );
    }, PAUSE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [query]);
  return said;
}

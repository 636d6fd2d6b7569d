// What belongs in sight however long ago it ended, and did not come with the first frame.
import type { TaskQuery } from "../ipc/types";
import { ask, takeAll } from "./connection";

/** Tasks of one question. */
const MOST = 200;

/** Reads outcomes that nobody has seen, and what is pinned. A refusal is of no interest: the history beside it says it. */
export async function readKept(): Promise<void> {
  const ended: TaskQuery = {
    words: null,
    states: ["completed", "failed", "cancelled"],
    model: null,
    lane: "background",
    unread: false,
    pinned: false,
    since: null,
    until: null,
    limit: MOST,
    cursor: null,
  };
  const questions = [
    { ...ended, unread: true },
    { ...ended, pinned: true },
  ];
  try {
    const found = await Promise.all(questions.map((query) => ask().findTasks(query)));
    takeAll(found.flatMap(({ tasks }) => tasks));
  } catch {
    // What is known is shown.
  }
}

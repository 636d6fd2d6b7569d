// One chat that holds a task in every state the demo knows.
import { rowsFor } from "../ipc/demo-rows";
import * as say from "../ipc/demo-text";
import { type FakeRows, makeConversation } from "../ipc/fake-rows";

/** The chat. */
export const EVERY = "cnv_every";

const LONG =
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft, and a title that goes on for longer than any row is wide";

/** Its rows: each task of the demo is a turn of this one chat. */
export function everyRow(): FakeRows {
  const rows = rowsFor("agents");
  const [first, ...rest] = rows.tasks ?? [];
  const all = first ? [...rest, { ...first, id: "tsk_wide", title: LONG, prompt: `${LONG} ${"w".repeat(90)}` }] : [];
  const tasks = all.map((task, at) => ({ ...task, conversation_id: EVERY, turn: at + 1 }));
  return {
    ...rows,
    page: tasks.length,
    tasks,
    conversations: [makeConversation({ id: EVERY, title: "Everything" })],
    approvals: (rows.approvals ?? []).map((asked) => ({ ...asked, conversation_id: EVERY })),
    texts: { ...rows.texts, tsk_wide: say.first },
    settings: { ...rows.settings, theme: "system" },
  };
}

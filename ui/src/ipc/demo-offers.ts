// What the made-up process suggests, and how good it was.
import type { Admission, Audit, Calibration, Proposed } from "./types";

const forecast = { low_ms: 185_000, high_ms: 290_000, usual_ms: 220_000, from: 12 };

/** `research` has a history, `verify` has none; files are long. */
export function demoAdmit({ text, attachments = [] }: Proposed): Admission {
  const signs: Admission["signs"] = [];
  if (attachments.length > 0) signs.push({ shape: "document", count: 50 });
  if (/research/i.test(text)) signs.push({ shape: "research", count: null });
  if (/verify/i.test(text)) signs.push({ shape: "verification", count: null });
  return {
    tier: signs.length > 0 ? "upfront" : "inline",
    signs,
    forecast: /research/i.test(text) ? forecast : null,
  };
}

export const demoScore: Calibration = {
  right: 8,
  of: 10,
  models: [
    { name: "ollama/qwen3:14b", right: 6, of: 7 },
    { name: "Researcher", right: 2, of: 3 },
  ],
};

const watched = { conversation_id: "cnv_import", model: "ollama/qwen3:14b", signs: [], miss: "wording" } as const;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

/** One of each class. */
export const demoAudit: Audit = {
  watched: [
    {
      ...watched,
      task_id: "tsk_1",
      title: "Where would you look first?",
      ended_at: hoursAgo(3),
      took_ms: 95_000,
      signs: [],
    },
    {
      ...watched,
      task_id: "tsk_2",
      title: "Research heat pumps for old houses",
      ended_at: hoursAgo(20),
      took_ms: 312_000,
      signs: [{ shape: "research", count: null }],
      miss: "contract",
    },
    {
      ...watched,
      task_id: "tsk_3",
      title: "What does it mean for us?",
      ended_at: hoursAgo(30),
      took_ms: 61_000,
      signs: [],
      miss: "gap",
    },
    {
      ...watched,
      task_id: "tsk_4",
      title: "What does page 3 say?",
      ended_at: hoursAgo(40),
      took_ms: 9_000,
      signs: [{ shape: "document", count: 50 }],
      miss: "false_positive",
    },
    {
      ...watched,
      task_id: "tsk_5",
      title: "Compare the three tenders",
      ended_at: hoursAgo(50),
      took_ms: 140_000,
      signs: [{ shape: "sources", count: 3 }],
      miss: null,
    },
  ],
  offer_again: ["research"],
  offer_no_more: [],
};

import { expect, test } from "vitest";
import type { Event } from "../../ipc/types";
import { logLines } from "./log";

const at = { task_id: "tsk_1", conversation_id: "cnv_1", at: "2026-01-01T00:00:00.000Z", attempt: 1 };
const text = (seq: number, words: string): Event => ({ ...at, seq, kind: "text_delta", offset: 0, text: words });
const started: Event = { ...at, seq: 2, kind: "started", model: "ollama/qwen3" };

test("a run of text is one line, which says how much arrived", () => {
  const lines = logLines([text(1, "H"), started, text(3, "He"), text(4, "llo")]).map((line) => line.words);
  expect(lines).toEqual(["Text arrived, 1 character", "Attempt 1 asks ollama/qwen3", "Text arrived, 5 characters"]);
});

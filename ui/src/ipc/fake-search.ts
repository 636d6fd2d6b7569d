// What a made-up process finds: one word or several, anywhere in a prompt or an answer.
import type { Node, SearchHit, SearchResult, Task } from "./types";

interface Said {
  tasks: Iterable<Task>;
  titleOf: (task: Task) => string;
  answerOf: (task: Task) => Node[];
}

export function searchIn({ tasks, titleOf, answerOf }: Said, query: string): SearchResult {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { hits: [], has_more: false };
  const hits = [...tasks].reverse().flatMap((task): SearchHit[] => {
    const texts = [
      { role: "assistant" as const, text: wordsOf(answerOf(task)) },
      { role: "user" as const, text: task.prompt },
    ];
    const found = texts.find(({ text }) => words.every((word) => text.toLowerCase().includes(word)));
    if (!found) return [];
    const { conversation_id, turn, id: task_id, created_at: at } = task;
    return [
      {
        conversation_id,
        title: titleOf(task),
        role: found.role,
        turn,
        task_id,
        file: null,
        at,
        snippet: cut(found.text, words),
      },
    ];
  });
  return { hits: hits.slice(0, 30), has_more: hits.length > 30 };
}

function cut(text: string, words: string[]): SearchHit["snippet"] {
  const word = words[0] ?? "";
  const at = text.toLowerCase().indexOf(word);
  const from = at < 50 ? 0 : text.indexOf(" ", at - 50) + 1;
  const pieces = [
    { text: `${from > 0 ? "… " : ""}${text.slice(from, at)}`, is_found: false },
    { text: text.slice(at, at + word.length), is_found: true },
    { text: text.slice(at + word.length, at + 190), is_found: false },
  ];
  return pieces.filter((piece) => piece.text !== "");
}

/** Every text in a tree of nodes, one after the other. */
function wordsOf(tree: unknown): string {
  if (Array.isArray(tree)) return tree.map(wordsOf).join(" ");
  if (typeof tree !== "object" || tree === null) return "";
  return Object.entries(tree)
    .map(([name, value]) => (typeof value === "string" ? (name === "text" ? value : "") : wordsOf(value)))
    .join("");
}

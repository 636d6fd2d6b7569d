// Texts of the demo, as the renderer would send them.
import type { Class, Node, Patch } from "./types";

export const text = (value: string): Node => ({ t: "text", text: value });
export const p = (...parts: (string | Node)[]): Node => ({ t: "paragraph", children: inline(parts) });
const c = (value: string): Node => ({ t: "code_span", children: [text(value)] });
const b = (value: string): Node => ({ t: "strong", children: [text(value)] });
const li = (...parts: (string | Node)[]): Node => ({ t: "item", children: inline(parts) });

function inline(parts: (string | Node)[]): Node[] {
  return parts.map((part) => (typeof part === "string" ? text(part) : part));
}

function table(head: string[], rows: (string | Node)[][], right: number[] = []): Node {
  const row = (cells: (string | Node)[], isHead: boolean): Node => ({
    t: "row",
    children: cells.map((cell, at) => ({
      t: "cell",
      head: isHead,
      ...(right.includes(at) ? { align: "right" as const } : {}),
      children: inline([cell]),
    })),
  });
  return { t: "table", children: [row(head, true), ...rows.map((cells) => row(cells, false))] };
}

type Piece = string | [Class, string];
function code(lang: string, ...lines: Piece[][]): Node {
  return {
    t: "code",
    lang,
    children: lines.map((line) => ({
      t: "line",
      children: line.map((piece) =>
        typeof piece === "string" ? text(piece) : { t: "token", class: piece[0], text: piece[1] },
      ),
    })),
  };
}

export const firstPrompt = "The import runs at 02:00 and used to take six minutes. Where would you look first?";
export const secondPrompt =
  "Here is the query plan from last night. Why did it take 41 minutes, and what is the smallest change that fixes it?";
export const noise =
  "The nearest windows are at 4.2 m (north), 6.8 m (east) and 11 m (south). For a mixed residential area the night limit is 45 dB(A) at the nearest window, measured over the loudest hour. At 4.2 m the pump of Brandt reaches 47 dB(A) in its normal mode, and 43 dB(A) in its night mode,";

export const first: Node[] = [
  p(
    "At the three steps that touch every row: load, match, settle. Send me the plan of the slowest one and I can say more. If you have no plan, the row counts before and after are enough.",
  ),
];

export const thoughts: Node[] = [
  p("The user says six minutes before and 41 now, at the same hour. So either the data grew or the plan changed."),
  p("A job at 02:00 meets backups. I should ask what else runs then, before I speak of indexes."),
  p("Start with what is cheap to look at: the log of one night, with times."),
];
export const pumps: Node[] = [
  p(
    b("Nordkai is the cheapest over 15 years (€ 41 900), Aerolin the quietest."),
    " Brandt looks cheaper on page one, but leaves out the buffer tank and the electrical work.",
  ),
];

export const beginning: Node[] = [
  p(
    "The join is fine. The time goes into ",
    c("settle_batch"),
    ": it reads the whole ",
    c("ledger"),
    " table once per batch, because no index matches the order it asks for.",
  ),
  table(
    ["Part", "Rows read", "Time", "Why"],
    [
      ["Load files", "1.2 M", "3 m 08 s", "expected"],
      ["Match orders", "1.2 M", "1 m 51 s", "index is used"],
      [b("Settle batches"), "2.9 bn", "35 m 40 s", "full scan, 2 400 times"],
    ],
    [1, 2],
  ),
  p("One partial index removes the scan. It covers only open rows, so it stays small:"),
  code(
    "sql",
    [["keyword", "CREATE INDEX CONCURRENTLY"], " ", ["name", "ledger_open_by_batch"]],
    ["    ", ["keyword", "ON"], " ledger (batch_id, booked_at)"],
    [" ", ["keyword", "WHERE"], " settled_at ", ["keyword", "IS NULL"], ";   ", ["comment", "-- about 18 MB"]],
  ),
];

export const ending: Node[] = [
  p(
    "Before you create it, check two things. First, whether the replica can take the extra writes while the index is built. Second, whether anything else relies on the order in which batches are settled today, because that order will change.",
  ),
  p("If both are fine, run it outside the import window and compare the next night with the table above."),
];

const math: Node = {
  t: "math",
  display: true,
  tex: "x = \\frac{-b}{2a}",
  mathml: [
    { tag: "mi", text: "x" },
    { tag: "mo", text: "=" },
    {
      tag: "mfrac",
      children: [
        {
          tag: "mrow",
          children: [
            { tag: "mo", text: "−" },
            { tag: "mi", text: "b" },
          ],
        },
        {
          tag: "mrow",
          children: [
            { tag: "mn", text: "2" },
            { tag: "mi", text: "a" },
          ],
        },
      ],
    },
  ],
};

export const everything: Node[] = [
  { t: "heading", level: 2, children: [text("What an answer can hold")] },
  p(
    "Plain text, ",
    b("strong"),
    ", ",
    { t: "emph", children: [text("emphasis")] },
    ", ",
    { t: "strike", children: [text("struck")] },
    ", ",
    c("code"),
    ", a ",
    { t: "link", href: "https://example.org/a", children: [text("link")] },
    " and a footnote",
    { t: "footnote_ref", label: "1" },
    ". An unbroken address: https://example.org/a/very/long/address/that-has-no-break/9f8e7d6c5b4a39281706f5e4d3c2b1a0f00d",
  ),
  {
    t: "list",
    start: 1,
    children: [
      li("First, the plan."),
      {
        t: "item",
        children: [text("Then the index:"), { t: "list", children: [li("small"), li("built while reading goes on")] }],
      },
      li("Then the comparison."),
    ],
  },
  {
    t: "list",
    children: [
      { t: "item", checked: true, children: [text("Plan read")] },
      { t: "item", checked: false, children: [text("Index made")] },
    ],
  },
  { t: "quote", children: [p("What is not measured is guessed.")] },
  { t: "heading", level: 3, children: [text("Numbers")] },
  table(
    ["City", "From", "Households", "Note"],
    [
      ["Lund", "2019", "1 204", "pilot"],
      ["Aarhus", "2021", "8 940", "full year"],
    ],
    [2],
  ),
  p("The vertex of the parabola:"),
  math,
  { t: "image", alt: "Map of the sites", source: "maps.example.org", href: "https://maps.example.org/a.png" },
  code(
    "rust",
    ...Array.from({ length: 48 }, (_, at): Piece[] =>
      at === 0
        ? [["keyword", "fn"], " ", ["name", "settle"], "(batch: ", ["name", "Batch"], ") {"]
        : at === 47
          ? ["}"]
          : [
              "    ",
              ["keyword", "let"],
              ` step_${at} = `,
              ["number", String(at * 7)],
              "; ",
              ["comment", `// step ${at}`],
            ],
    ),
  ),
  { t: "rule" },
  p("The last paragraph."),
  { t: "footnote", label: "1", children: [p("A footnote, where the text defines it.")] },
];

/** The patches that let `nodes` arrive piece by piece after `at` blocks that are there. */
export function stepsOf(nodes: Node[], at: number): Patch[][] {
  return nodes.flatMap((node, index) => blockSteps(node, at + index));
}

function blockSteps(node: Node, at: number): Patch[][] {
  const only = node.t === "paragraph" && node.children.length === 1 ? node.children[0] : undefined;
  if (only?.t === "text") {
    const words = only.text.split(/(?<= )/);
    const start: Patch = { op: "append", path: [], nodes: [p(words[0] ?? "")] };
    return [[start], ...words.slice(1).map((word): Patch[] => [{ op: "text", path: [at, 0], text: word }])];
  }
  if (node.t === "code" || node.t === "table" || node.t === "list") {
    const start: Patch = { op: "append", path: [], nodes: [{ ...node, children: node.children.slice(0, 1) }] };
    return [[start], ...node.children.slice(1).map((child): Patch[] => [{ op: "append", path: [at], nodes: [child] }])];
  }
  return [[{ op: "append", path: [], nodes: [node] }]];
}

import { expect, test } from "vitest";
import { diffLines } from "./diff";

const linesOf = (text: string) => diffLines(text).map(({ kind, text: line }) => `${kind} ${line}`);

test("the names of the files are left out, and what is skipped between them is a gap", () => {
  const text =
    "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-- old\n++ new\n@@ -40,1 +40,1 @@\n end\n\\ No newline at end of file\n";
  expect(linesOf(text)).toEqual([
    "same same",
    "del - old",
    "add + new",
    "gap Line 40",
    "same end",
    "gap No line break at the end",
  ]);
});

test("what the process left out is said and not taken for a line of the file", () => {
  expect(linesOf("@@ -0,0 +1,900 @@\n+a\n... 899 lines more not shown\n")).toEqual([
    "add a",
    "gap ... 899 lines more not shown",
  ]);
});

test("an empty line stays, and what is no diff is shown as it is", () => {
  expect(linesOf("@@ -1,2 +1,2 @@\n\n+\n")).toEqual(["same ", "add "]);
  expect(linesOf("no text, 20 bytes, new")).toEqual(["same no text, 20 bytes, new"]);
});

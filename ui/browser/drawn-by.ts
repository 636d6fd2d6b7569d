import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("pictures/drawn-by.txt", import.meta.url));

/** What draws letters: the version of the browser, and the fonts that there are, since one steps in for another. */
function drawnBy(program: string): string {
  const version = execFileSync(program, ["--version"], { encoding: "utf8" }).match(/\d+/)?.[0] ?? "unknown";
  const families = execFileSync("fc-list", [":", "family"], { encoding: "utf8" }).split("\n").sort().join("\n");
  const fonts = createHash("sha256").update(families).digest("hex").slice(0, 16);
  return `Chromium ${version}, fonts ${fonts}\n`;
}

/** Why the pictures cannot be compared here; `null` where they can. New ones are signed with what drew them. */
export function otherHand(program: string): string | null {
  const here = drawnBy(program);
  if (process.env.MEANWHILE_WRITE) {
    writeFileSync(file, here);
    return null;
  }
  const there = readFileSync(file, "utf8");
  return there === here ? null : `the pictures were drawn by ${there.trim()}, and here draws ${here.trim()}`;
}

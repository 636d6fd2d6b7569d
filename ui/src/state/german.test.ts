import { beforeEach, expect, test, vi } from "vitest";
import { makeTask } from "../ipc/fake-rows";

beforeEach(() => {
  localStorage.setItem("language", "de");
  vi.spyOn(navigator, "languages", "get").mockReturnValue(["de-DE"]);
  vi.resetModules();
});

test("times are as Germans write them", async () => {
  const { age, duration } = await import("../components/time");
  expect([850, 15_400, 135_000, 3_840_000].map(duration)).toEqual([
    "weniger als 1 s",
    "15 s",
    "2 min 15 s",
    "1 h 04 min",
  ]);
  const now = new Date(2025, 10, 21, 12).getTime();
  const ago = (minutes: number) => age(new Date(now - minutes * 60_000).toISOString(), now);
  expect([0, 5, 120, 24 * 60].map(ago)).toEqual(["gerade eben", "vor 5 min", "vor 2 h", "20. Nov."]);
});

test("money, sizes and counts have a German comma, and thousands stand apart as everywhere", async () => {
  const { money, tokens } = await import("./task-words");
  const { fileFacts } = await import("../components/file-words");
  const said = [0, 0.0004, 0.06, 1_234.5].map(money).map((text) => text.replace(/\s/g, " "));
  expect(said).toEqual(["0 $", "unter 0,001 $", "0,06 $", "1234,50 $"]);
  expect([tokens(1, false), tokens(1_204, true)]).toEqual(["1 Token", "etwa 1 204 Tokens"]);
  const file = { kind: "pdf", bytes: 1_500_000, places: 50, tokens: 1, notes: [], hash: "", name: "a" } as const;
  expect(fileFacts({ ...file, notes: [] })).toBe("50 Seiten");
  expect(fileFacts({ ...file, notes: [], from: 4, to: 12 })).toBe("Seiten 4–12 von 50");
  expect(fileFacts({ ...file, notes: [], kind: "text" })).toBe("1,5 MB");
});

test("what is left and what an agent did are German sentences", async () => {
  const { leftWords, offerWords } = await import("./offer-words");
  const { backWords, wantsWords } = await import("./agent-words");
  const forecast = { low_ms: 185_000, high_ms: 290_000, usual_ms: 200_000, from: 7 };
  expect([leftWords({ forecast }, 0), leftWords({ forecast }, 200_000)]).toEqual([
    "noch etwa 3–5 min",
    "noch bis zu 90 s",
  ]);
  const signs = [{ shape: "sources", count: 12 } as const];
  expect(offerWords({ tier: "upfront", signs, forecast }, "mit General")).toBe(
    "12 Dateien sind zu lesen. Das dauert mit General meist 3–5 min.",
  );
  expect(backWords({ restored: ["a.txt"], conflicts: ["b.txt"] })).toBe(
    "a.txt ist wie vor dieser Aufgabe. b.txt bleibt unverändert: Du hast die Datei seitdem bearbeitet.",
  );
  expect(wantsWords(makeTask({ agent: "General", approvals: 3 }))).toBe("General braucht 3 Freigaben von dir");
});

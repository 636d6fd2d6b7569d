import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { DaySpent, Spent, UsageReport } from "../../ipc/types";
import { useStore } from "../../state/store";
import { UsagePage } from "./usage-page";
import { costWords, stretches } from "./words";

const spent = (change: Partial<Spent> = {}): Spent => ({
  requests: 1,
  input_tokens: 900,
  output_tokens: 100,
  cost_usd: 0.25,
  unpriced: 0,
  estimated: false,
  ...change,
});
const nothing = spent({ requests: 0, input_tokens: 0, output_tokens: 0, cost_usd: null });
const on = (date: string, what: Spent): DaySpent => ({ date, start: `${date}T00:00:00.000Z`, spent: what });

const report: UsageReport = {
  total: spent({ requests: 3, input_tokens: 2_700, output_tokens: 300, cost_usd: 0.5, unpriced: 1, estimated: true }),
  days: [
    on("2025-11-19", spent({ cost_usd: null, unpriced: 1, estimated: true })),
    on("2025-11-20", nothing),
    on("2025-11-21", spent({ requests: 2, cost_usd: 0.5 })),
  ],
  models: [
    { model: "openai/gpt-5", spent: spent({ requests: 2, cost_usd: 0.5 }) },
    { model: "ollama/qwen3", spent: spent({ cost_usd: null, unpriced: 1, estimated: true }) },
  ],
  conversations: [
    { conversation_id: "cnv_1", title: "Ferries", spent: spent({ requests: 2, cost_usd: 0.5 }) },
    { conversation_id: null, title: "1 deleted chat", spent: spent({ cost_usd: null, unpriced: 1, estimated: true }) },
  ],
  limit_usd: 2,
  limit_tokens: null,
};

const rowsOf = (caption: string) =>
  [...(screen.getByText(caption).closest("table")?.querySelectorAll("tbody tr") ?? [])].map((row) =>
    [...row.querySelectorAll("th, td")].map((cell) => cell.textContent),
  );

test("each day, model and chat is a row of a table, and what nobody knows is said to be unknown", async () => {
  await openWindow({ usage: report, conversations: [makeConversation({ id: "cnv_1" })] });
  render(<UsagePage />);
  fireEvent.click(await screen.findByRole("radio", { name: "Table" }));
  expect(rowsOf("Usage by day").map((row) => row.slice(1))).toEqual([
    ["2", "900", "100", "$0.50"],
    ["1", "about 900", "about 100", "unknown"],
  ]);
  expect(rowsOf("Usage by model")[1]).toEqual(["ollama/qwen3", "1", "about 900", "about 100", "unknown"]);
  expect(rowsOf("Usage by chat").map((row) => row[0])).toEqual(["Ferries", "1 deleted chat"]);
  expect(screen.getByText("$0.50 + unknown")).toBeTruthy();
  fireEvent.click(screen.getByText("Ferries"));
  expect(useStore.getState()).toMatchObject({ page: "chat", openConversation: "cnv_1" });
});

test("the picture says in one sentence what it shows, and marks what is not known", async () => {
  await openWindow({ usage: report });
  const { container } = render(<UsagePage />);
  expect((await screen.findByRole("img")).getAttribute("aria-label")).toMatch(/most on .*21.*: \$0\.50\.$/);
  expect(container.querySelectorAll(".use-bars .use-unknown").length).toBe(1);
  fireEvent.click(screen.getByRole("radio", { name: "Tokens" }));
  expect(container.querySelectorAll(".use-unknown").length).toBe(0);
  expect(within(screen.getByRole("region", { name: "By model" })).getByText("about 1 000 tokens")).toBeTruthy();
});

test("how far it looks back is asked for, and again when work begins or ends", async () => {
  const fake = await openWindow({ usage: report });
  render(<UsagePage />);
  await screen.findByRole("img");
  fireEvent.click(screen.getByRole("radio", { name: "All" }));
  await expect.poll(() => callsOf(fake, "usage")).toEqual([[30], [null]]);
  act(() => useStore.setState((state) => ({ summary: { ...state.summary, working: 1 } })));
  await expect.poll(() => callsOf(fake, "usage").length).toBe(3);
});

test("today stands against its limit, and more is allowed where tasks wait for it", async () => {
  const task = makeTask({ state: "waiting", reason: "day_limit", lane: "background" });
  const day_limit = { usd: 1, tokens: null, more: null };
  const fake = await openWindow({ usage: report, tasks: [task], settings: { day_limit } });
  render(<UsagePage />);
  expect(await screen.findByText("Today: $0.50 of $2.00.")).toBeTruthy();
  expect(screen.getByText(/1 task waits for more/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Allow $1.00 more today" }));
  await expect.poll(() => callsOf(fake, "allowToday").length).toBe(1);
  fireEvent.click(screen.getByRole("button", { name: "Change the limit" }));
  expect(useStore.getState()).toMatchObject({ page: "settings", wantedSection: "usage" });
});

test("a limit that is used up is said in words, also when nothing waits for it", async () => {
  await openWindow({ usage: { ...report, limit_usd: 0.4 } });
  const { container } = render(<UsagePage />);
  expect(await screen.findByText("Today's limit is used up: $0.50 of $0.40.")).toBeTruthy();
  expect(container.querySelector(".note-you")).toBeTruthy();
});

test("a refusal is said with a way to try again", async () => {
  const fake = await openWindow({ usage: report });
  fake.refuse("usage", { code: "storage", message: "the disk is gone" });
  render(<UsagePage />);
  expect((await screen.findByRole("alert")).textContent).toContain("The disk is gone.");
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("img")).toBeTruthy();
});

test("many days are told apart by month, with nothing lost", () => {
  const days = Array.from({ length: 120 }, (_, at) => {
    const date = new Date(Date.UTC(2025, 0, 1 + at)).toISOString().slice(0, 10);
    return on(date, at % 2 ? spent({ cost_usd: 0.5 }) : nothing);
  });
  const months = stretches(days);
  expect(months.map(({ id }) => id)).toEqual(["2025-01", "2025-02", "2025-03", "2025-04"]);
  expect(months.reduce((sum, month) => sum + month.spent.requests, 0)).toBe(60);
  expect(costWords(months[0]?.spent ?? nothing)).toBe("$7.50");
});

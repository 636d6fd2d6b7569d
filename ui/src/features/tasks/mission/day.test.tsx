import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeConversation, makeTask } from "../../../ipc/fake-rows";
import { callsOf, openWindow } from "../../../ipc/open-window";
import type { Span, Task, Timeline } from "../../../ipc/types";
import { actions } from "../../../state/actions";
import { useStore } from "../../../state/store";
import { markWords, pictureOf, workedBy } from "./day";
import { dayStart } from "./filters";
import { nothingYet, useLookedAt } from "./looked-at";
import { MissionPage } from "./mission-page";

const midnight = dayStart(Date.now());
const at = (hour: number, minute = 0) => new Date(midnight.getTime() + (hour * 60 + minute) * 60_000).toISOString();
const span = (from: string, to: string | null, more: Partial<Span> = {}): Span => ({
  task_id: `tsk_${from}`,
  conversation_id: "cnv_1",
  title: "Tenders",
  lane: "background",
  kind: "working",
  from,
  to,
  ...more,
});
const dayOf = (...spans: Span[]): Timeline => ({ from: at(0), to: at(24), spans, worked_ms: 0, cost_usd: null });

afterEach(cleanup);
beforeEach(() => useLookedAt.setState(nothingYet, true));

test("the picture shows the hours in which something happened, and the present of today alone", () => {
  const { hours, away, now } = pictureOf(dayOf(span(at(9), at(10)), span(at(12), at(13))), Date.parse(at(25)));
  expect(hours.map(({ words }) => words)).toEqual(["9", "10", "11", "12", "13"]);
  expect(away).toHaveLength(1);
  expect(away[0]?.map(({ left, width }) => [left, width])).toEqual([
    [0, 25],
    [75, 25],
  ]);
  expect(now).toBeNull();
  expect(pictureOf(dayOf(span(at(9), null)), Date.parse(at(11))).now).toBe(50);
});

test("what goes on at once stands below each other, what you watched apart", () => {
  const watched = span(at(9), at(9, 30), { lane: "interactive" });
  const picture = pictureOf(dayOf(span(at(9), at(11)), span(at(10), at(12)), watched), Date.parse(at(25)));
  expect(picture.away).toHaveLength(2);
  expect(picture.you).toHaveLength(1);
});

test("a day of very many tasks has few marks, and none is lost in them", () => {
  const spans = Array.from({ length: 2_000 }, (_, n) => span(at(8, n / 4), at(8, n / 4 + 1), { task_id: `tsk_${n}` }));
  const marks = pictureOf(dayOf(...spans), Date.parse(at(25))).away.flat();
  expect(marks.length).toBeLessThan(150);
  expect(marks.flatMap((mark) => mark.spans)).toHaveLength(2_000);
});

test("a mark says what it is", () => {
  const words = (one: Span) => markWords({ spans: [one], kind: one.kind, isLive: one.to === null, left: 0, width: 1 });
  expect(words(span(at(9), at(9, 12)))).toBe("Tenders: worked, 09:00–09:12, 12 m 00 s");
  expect(words(span(at(9), null, { kind: "waiting" }))).toBe("Tenders: waits for you, since 09:00");
  expect(words(span(at(9), at(9, 1), { kind: "failed" }))).toBe("Tenders: failed, 09:00–09:01, 1 m 00 s");
});

test("work that goes on counts on since it was asked for", () => {
  const day = { ...dayOf(span(at(9), null), span(at(9), null, { lane: "interactive" })), worked_ms: 1_000 };
  expect(workedBy(day, 10_000, 15_000)).toBe(6_000);
});

const chat = makeConversation({ id: "cnv_1", title: "A chat" });
const away = (change: Partial<Task>) => makeTask({ lane: "background", conversation_id: "cnv_1", ...change });
const minutesAgo = (n: number) => new Date(Math.max(midnight.getTime(), Date.now() - n * 60_000)).toISOString();

async function open() {
  const times = { created_at: minutesAgo(30), started_at: minutesAgo(30) };
  const fake = await openWindow({
    conversations: [chat],
    tasks: [
      away({ id: "tsk_a", title: "Tenders", ...times, state: "running" }),
      away({ id: "tsk_b", title: "Handbook", ...times, state: "failed", ended_at: minutesAgo(10), unread: true }),
    ],
  });
  act(() => actions.setPage("mission"));
  render(<MissionPage />);
  return fake;
}

test("the same day is a picture and a table, and both lead to the row of a task", async () => {
  await open();
  const day = screen.getByRole("region", { name: "What went on: Today" });
  const marks = within(await within(day).findByRole("group", { name: "Timeline" })).getAllByRole("button");
  expect(marks.map((mark) => mark.getAttribute("aria-label")?.split(",")[0])).toEqual([
    "Tenders: works",
    "Handbook: failed",
  ]);
  expect(marks.map((mark) => mark.tabIndex)).toEqual([0, -1]);
  marks[0]?.focus();
  fireEvent.keyDown(marks[0] as Element, { key: "ArrowRight" });
  expect(document.activeElement).toBe(marks[1]);
  fireEvent.click(within(day).getByRole("radio", { name: "Table" }));
  const table = within(day).getByRole("table", { name: "What was worked on" });
  expect(within(table).getAllByRole("row")).toHaveLength(3);
  fireEvent.click(within(table).getByRole("button", { name: "Handbook" }));
  await expect.poll(() => document.activeElement?.textContent).toBe("Handbook");
  expect(document.activeElement?.getAttribute("aria-expanded")).toBe("true");
  expect(useStore.getState().page).toBe("mission");
});

test("the days before are asked for by their own midnights", async () => {
  const fake = await open();
  expect((screen.getByRole("button", { name: "The day after" }) as HTMLButtonElement).disabled).toBe(true);
  fireEvent.click(screen.getByRole("button", { name: "The day before" }));
  expect(await screen.findByRole("heading", { name: "Yesterday" })).toBeTruthy();
  expect(await screen.findByText("Nothing was worked on.")).toBeTruthy();
  const before = dayStart(Date.now(), -1).toISOString();
  expect(callsOf(fake, "dayOf").at(-1)).toEqual([before, midnight.toISOString()]);
});

test("a day that cannot be read says why, and is asked for again", async () => {
  const fake = await openWindow({ conversations: [chat], tasks: [] });
  fake.refuse("dayOf", { code: "internal", message: "the disk is gone" });
  render(<MissionPage />);
  expect(await screen.findByText("The day could not be read. The disk is gone.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Nothing was worked on yet.")).toBeTruthy();
});

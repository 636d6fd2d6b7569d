import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { age, clockTime, duration, elapsed } from "./time";

describe("duration", () => {
  it("says every length with units, and the second unit with two digits", () => {
    const said = [850, 15_400, 135_000, 61_000, 3_840_000, 183_600_000].map(duration);
    expect(said).toEqual(["less than 1 s", "15 s", "2 m 15 s", "1 m 01 s", "1 h 04 m", "2 d 3 h"]);
  });

  it("never goes below zero when a clock was turned back", () => {
    expect([duration(-5_000), elapsed(-5_000), duration(Number.NaN)]).toEqual(["0 s", "0 s", "0 s"]);
  });
});

describe("age", () => {
  const now = new Date(2025, 10, 21, 12, 0, 0).getTime();
  const ago = (minutes: number) => age(new Date(now - minutes * 60_000).toISOString(), now);

  it("is relative for a day", () => {
    expect([ago(0), ago(5), ago(59), ago(60), ago(23 * 60)]).toEqual([
      "just now",
      "5 min ago",
      "59 min ago",
      "1 h ago",
      "23 h ago",
    ]);
  });

  it("is a date after a day, with the year only when it is another one", () => {
    expect(ago(24 * 60)).toMatch(/20/);
    expect(ago(24 * 60)).not.toMatch(/2025/);
    expect(ago(400 * 24 * 60)).toMatch(/2024/);
  });

  it("says nothing about a time that is none", () => {
    expect([age("soon", now), clockTime("soon")]).toEqual(["", ""]);
  });
});

describe("clockTime", () => {
  it("is the local hour and minute with two digits each", () => {
    expect(clockTime(new Date(2025, 0, 2, 9, 5).toISOString())).toBe("09:05");
  });
});

describe("useNow", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("keeps one timer for all that tick, and none when nobody does", async () => {
    const { renderHook, act } = await import("@testing-library/react");
    const { useNow } = await import("./time");
    const first = renderHook(() => useNow(true));
    const second = renderHook(() => useNow(true));
    const before = first.result.current;
    expect(vi.getTimerCount()).toBe(1);
    act(() => void vi.advanceTimersByTime(3_000));
    expect(first.result.current - before).toBeGreaterThanOrEqual(3_000);
    expect(second.result.current).toBe(first.result.current);
    first.unmount();
    second.unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});

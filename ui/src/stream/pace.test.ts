import { beforeEach, expect, test, vi } from "vitest";

/** The page as it is loaded, drawing a frame in so many milliseconds. */
async function pageThatDraws(ms: { each: number }) {
  vi.resetModules();
  let now = 0;
  const frames: (() => void)[] = [];
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  vi.stubGlobal(
    "MessageChannel",
    class {
      port1 = { onmessage: () => {}, close: () => {} };
      port2 = {
        postMessage: () => {
          now += ms.each;
          this.port1.onmessage();
        },
      };
    },
  );
  const { followPace, measurePace } = await import("./pace");
  const asked: number[] = [];
  const follow = () => followPace((pace) => asked.push(pace));
  follow();
  const stream = (updates: number) => {
    for (let at = 0; at < updates; at += 1) {
      now += 16;
      measurePace();
      for (const frame of frames.splice(0)) frame();
    }
  };
  return { asked, follow, stream };
}

beforeEach(() => {
  vi.unstubAllGlobals();
});

test("a page that draws fast takes text as fast as a screen shows it, and says nothing", async () => {
  const { asked, stream } = await pageThatDraws({ each: 2 });
  stream(1_000);
  expect(asked).toEqual([]);
});

test("a page that draws slowly asks for so few frames that drawing takes a sixth of its time", async () => {
  const { asked, stream } = await pageThatDraws({ each: 8 });
  stream(1_000);
  expect(asked).toEqual([48]);
});

test("a page that has become slow says so within half a second", async () => {
  const drawing = { each: 1 };
  const { asked, stream } = await pageThatDraws(drawing);
  stream(1_000);
  drawing.each = 60;
  stream(500 / 16);
  expect(asked).toContain(96);
});

test("however slow it is, text comes ten times a second", async () => {
  const { asked, stream } = await pageThatDraws({ each: 90 });
  stream(1_000);
  expect(asked).toEqual([96]);
});

test("a page that draws fast again gets its frames again", async () => {
  const drawing = { each: 8 };
  const { asked, stream } = await pageThatDraws(drawing);
  stream(1_000);
  drawing.each = 1;
  stream(1_000);
  expect(asked.at(-1)).toBe(16);
});

test("the next subscription is told at once", async () => {
  const { asked, follow, stream } = await pageThatDraws({ each: 8 });
  stream(1_000);
  follow();
  expect(asked).toEqual([48, 48]);
});

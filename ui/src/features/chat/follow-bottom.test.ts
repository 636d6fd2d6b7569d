import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FollowBottom, followBottom } from "./follow-bottom";

// jsdom has no layout: the sizes are ours, and so is the moment in which a growth is noticed.
let scroller: HTMLElement;
let content: HTMLElement;
let height: number;
let grown: () => void = () => {};
let following: FollowBottom;
const onAtEnd = vi.fn();
const VIEW = 500;

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(onResize: () => void) {
        grown = onResize;
      }
      observe() {}
      disconnect() {}
    },
  );
  height = 1_000;
  scroller = document.createElement("div");
  content = document.createElement("div");
  scroller.append(content);
  document.body.append(scroller);
  let top = 0;
  const limit = (to: number) => Math.max(0, Math.min(to, height - VIEW));
  Object.defineProperties(scroller, {
    scrollHeight: { get: () => height },
    clientHeight: { get: () => VIEW },
    scrollTop: {
      get: () => limit(top),
      set: (to: number) => {
        top = limit(to);
      },
    },
  });
  scroller.getBoundingClientRect = () => new DOMRect(0, 0, 100, VIEW);
  onAtEnd.mockReset();
  following = followBottom(scroller, content, { onAtEnd, onNearStart: () => {} });
  following.toEnd();
});

afterEach(() => {
  following.dispose();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const grow = (by: number) => {
  height += by;
  grown();
};

const scrollTo = (top: number) => {
  scroller.scrollTop = top;
  scroller.dispatchEvent(new Event("scroll"));
};

/** A turn that begins this far below the start of the content. */
const turn = (number: number, from: number, to: number) => {
  const element = document.createElement("article");
  element.dataset.turn = String(number);
  element.getBoundingClientRect = () => new DOMRect(0, from - scroller.scrollTop, 100, to - from);
  content.append(element);
  return element;
};

test("at the end it stays at the end while the text grows", () => {
  grow(200);
  expect(scroller.scrollTop).toBe(700);
});

test("one wheel step up is enough to stay where one reads", () => {
  scroller.dispatchEvent(new WheelEvent("wheel", { deltaY: -1 }));
  scrollTo(470);
  grow(200);
  expect(scroller.scrollTop).toBe(470);
  expect(onAtEnd).toHaveBeenLastCalledWith(false);
});

test("content that shrinks and grows again is not somebody scrolling up", () => {
  height = 600;
  scroller.scrollTop = 100;
  height = 900;
  scroller.dispatchEvent(new Event("scroll"));
  grown();
  expect(scroller.scrollTop).toBe(400);
});

test("coming back within 48 px of the end follows again", () => {
  scroller.dispatchEvent(new WheelEvent("wheel", { deltaY: -1 }));
  scrollTo(300);
  scrollTo(452);
  grow(100);
  expect(scroller.scrollTop).toBe(600);
  expect(onAtEnd).toHaveBeenLastCalledWith(true);
});

test("49 px above the end is not the end", () => {
  scroller.dispatchEvent(new WheelEvent("wheel", { deltaY: -1 }));
  scrollTo(300);
  scrollTo(451);
  grow(100);
  expect(scroller.scrollTop).toBe(451);
});

test("text that grows above does not move what is read", () => {
  let from = 400;
  const element = turn(1, 0, 0);
  element.getBoundingClientRect = () => new DOMRect(0, from - scroller.scrollTop, 100, 600);
  scrollTo(450);
  scroller.dispatchEvent(new WheelEvent("wheel", { deltaY: -1 }));
  from += 120;
  grow(120);
  expect(scroller.scrollTop).toBe(570);
});

test("a place is kept as a turn and its distance, and found again", () => {
  turn(1, 0, 300);
  turn(2, 300, 900);
  scroller.dispatchEvent(new WheelEvent("wheel", { deltaY: -1 }));
  scrollTo(340);
  const kept = following.position();
  expect(kept).toEqual({ turn: 2, offset: -40 });
  scrollTo(0);
  following.restore(kept);
  expect(scroller.scrollTop).toBe(340);
});

test("a place that is gone is the end", () => {
  scrollTo(0);
  following.restore({ turn: 9, offset: 0 });
  expect(scroller.scrollTop).toBe(500);
});

test("what is edited above the visible part is shown, and stays while the text below grows", () => {
  turn(1, 0, 1_000);
  const editor = turn(2, 100, 160);
  following.reveal(editor);
  expect(scroller.scrollTop).toBe(84);
  grow(200);
  expect(scroller.scrollTop).toBe(84);
});

test("what is visible already is not moved to be edited", () => {
  const editor = turn(1, 700, 760);
  following.reveal(editor);
  expect(scroller.scrollTop).toBe(500);
});

test("an end that became visible counts as the end, also for somebody who had scrolled up", () => {
  scroller.dispatchEvent(new WheelEvent("wheel", { deltaY: -1 }));
  scrollTo(200);
  expect(onAtEnd).toHaveBeenLastCalledWith(false);
  height = 480;
  grown();
  expect(onAtEnd).toHaveBeenLastCalledWith(true);
});

test("what is shown near the end is shown with the end, so that nothing lies over it to lead there", () => {
  turn(1, 0, 600);
  const card = turn(2, 600, 940);
  scrollTo(0);
  following.reveal(card);
  expect(scroller.scrollTop).toBe(500);
  expect(onAtEnd).toHaveBeenLastCalledWith(true);
});

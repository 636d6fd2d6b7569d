import { beforeEach, expect, test, vi } from "vitest";
import { channel } from "./channel";

let send: (sent: unknown) => void;
const unregisterCallback = vi.fn();

beforeEach(() => {
  unregisterCallback.mockClear();
  const transformCallback = (callback: typeof send) => {
    send = callback;
    return 7;
  };
  vi.stubGlobal("__TAURI_INTERNALS__", { transformCallback, unregisterCallback });
});

test("a command is given the channel's name", () => {
  expect(JSON.stringify({ onFrame: channel(() => {}) })).toBe('{"onFrame":"__CHANNEL__:7"}');
});

test("messages that come too early wait for those before them", () => {
  const taken: string[] = [];
  channel<string>((message) => taken.push(message));
  send({ index: 2, message: "c" });
  send({ index: 1, message: "b" });
  expect(taken).toEqual([]);
  send({ index: 0, message: "a" });
  send({ index: 3, message: "d" });
  expect(taken).toEqual(["a", "b", "c", "d"]);
});

test("a message that cannot be taken is reported and does not hold up the rest", () => {
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const taken: string[] = [];
  channel<string>((message) => {
    if (message === "bad") throw new Error("no place for it");
    taken.push(message);
  });
  send({ index: 1, message: "good" });
  send({ index: 0, message: "bad" });
  send({ index: 2, message: "better" });
  expect(taken).toEqual(["good", "better"]);
  expect(reported).toHaveBeenCalledOnce();
});

test("the end of a channel, also one that came too early, gives its callback back after the last message", () => {
  const taken: string[] = [];
  channel<string>((message) => taken.push(message));
  send({ index: 1, end: true });
  expect(unregisterCallback).not.toHaveBeenCalled();
  send({ index: 0, message: "last" });
  expect(taken).toEqual(["last"]);
  expect(unregisterCallback).toHaveBeenCalledExactlyOnceWith(7);
});

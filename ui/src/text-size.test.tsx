import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { App } from "./app";
import { openWindow } from "./ipc/open-window";
import { listen } from "./keys/registry";
import { actions } from "./state/actions";
import { rememberedTextSize } from "./state/remembered";
import { useStore } from "./state/store";
import { textSizeOf } from "./state/text-size";

let stopListening = () => {};
afterEach(() => {
  stopListening();
  cleanup();
});

async function open(isQuickAsk = false) {
  await openWindow();
  stopListening = listen(window);
  render(<App isQuickAsk={isQuickAsk} />);
}

const size = () => document.documentElement.style.fontSize;
const press = (key: string, more: object = {}) =>
  act(async () => void fireEvent.keyDown(document.body, { key, ctrlKey: true, ...more }));

test("Ctrl and plus, minus and 0 change the size of all text, and it ends at its ends", async () => {
  await open();
  expect(size()).toBe("100%");
  await press("+", { shiftKey: true, code: "Equal" });
  expect(size()).toBe("115%");
  await press("=", { code: "Equal" });
  expect(size()).toBe("130%");
  for (let more = 0; more < 4; more += 1) await press("+", { code: "NumpadAdd" });
  expect(useStore.getState().textSize, "it ends there").toBe("zoom-200");
  await press("0", { code: "Digit0" });
  expect(size()).toBe("100%");
  await press("-", { code: "Minus" });
  await press("-", { code: "Minus" });
  expect(size()).toBe("90%");
});

test("a size chosen in the settings is there again in the next window", async () => {
  await open();
  await act(async () => actions.openSettings("appearance"));
  fireEvent.click(screen.getByRole("radio", { name: "Large" }));
  expect(size()).toBe("115%");
  expect(rememberedTextSize()).toBe("large");
});

test("the keys work in quick ask, and over a dialog", async () => {
  await open(true);
  await press("+");
  expect(size()).toBe("115%");
  stopListening();
  await open();
  await act(async () => actions.openShortcuts(true));
  await press("+");
  expect(useStore.getState().textSize).toBe("large");
});

test("what is not a size is the usual one", () => {
  expect([textSizeOf("huge"), textSizeOf(null), textSizeOf("small")]).toEqual(["usual", "usual", "small"]);
});

test("beyond large text the whole window is drawn larger, up to twice, and quick ask keeps its room", async () => {
  const fake = await openWindow();
  stopListening = listen(window);
  render(<App isQuickAsk={false} />);
  const zooms = () => fake.calls.filter(({ name }) => name === "setZoom").map(({ args }) => args[0]);
  await act(async () => actions.setTextSize("zoom-200"));
  expect([size(), zooms()]).toEqual(["100%", [200]]);
  await act(async () => actions.setTextSize("large"));
  expect([size(), zooms()]).toEqual(["115%", [200, 100]]);
  await open(true);
  await act(async () => actions.setTextSize("zoom-200"));
  expect(size()).toBe("130%");
});

import { act, render } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { App } from "./app";
import { openWindow } from "./ipc/open-window";
import type { Theme } from "./ipc/types";
import { actions } from "./state/actions";

const worn = () => ({ ...document.documentElement.dataset });

/** The page of a user with this theme, on a system that asks for more contrast or does not. */
async function open(theme: Theme, isContrastWanted = false) {
  vi.stubGlobal("matchMedia", (query: string) => ({
    matches: isContrastWanted && query === "(prefers-contrast: more)",
    addEventListener: () => {},
    removeEventListener: () => {},
  }));
  await openWindow({ settings: { theme } });
  await act(async () => void render(<App isQuickAsk={false} />));
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test("high contrast is a theme that leaves light and dark to the system", async () => {
  await open("high_contrast");
  expect(worn()).toEqual({ contrast: "more" });
  await act(() => actions.saveSettings({ theme: "dark" }));
  expect(worn()).toEqual({ theme: "dark" });
});

test("a system that asks for more contrast gets it in every theme", async () => {
  await open("light", true);
  expect(worn()).toEqual({ theme: "light", contrast: "more" });
});

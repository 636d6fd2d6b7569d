import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { callsOf, openWindow } from "../../ipc/open-window";
import { useStore } from "../../state/store";
import { SettingsPage } from "./settings-page";

test("a limit of the day is kept, and says what cannot be limited", async () => {
  await openWindow();
  render(<SettingsPage />);
  expect(
    screen.getByText(/What a model without a known price costs cannot be counted, so it is not limited/),
  ).toBeTruthy();
  const dollars = screen.getByLabelText("Dollars for a day");
  fireEvent.change(dollars, { target: { value: "2.5" } });
  fireEvent.blur(dollars);
  await expect.poll(() => useStore.getState().settings.day_limit).toEqual({ usd: 2.5, tokens: null, more: null });
  fireEvent.click(screen.getByRole("button", { name: "Open usage" }));
  expect(useStore.getState().page).toBe("usage");
});

test("a limit of nothing is not kept", async () => {
  const fake = await openWindow();
  render(<SettingsPage />);
  const tokens = screen.getByLabelText("Tokens for a day") as HTMLInputElement;
  fireEvent.change(tokens, { target: { value: "0" } });
  expect(tokens.getAttribute("aria-invalid")).toBe("true");
  fireEvent.blur(tokens);
  expect(tokens.value).toBe("");
  expect(callsOf(fake, "saveSettings")).toEqual([]);
});

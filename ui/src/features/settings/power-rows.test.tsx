import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { callsOf, openWindow } from "../../ipc/open-window";
import { useStore } from "../../state/store";
import { SettingsPage } from "./settings-page";

test("starting with the session is chosen where it can be, and a refusal is said", async () => {
  const fake = await openWindow();
  render(<SettingsPage />);
  fake.refuse("setAutostart", { code: "internal", message: "the folder cannot be changed" });
  fireEvent.click(await screen.findByRole("switch", { name: "Start when I log in" }));
  expect(await screen.findByText("The folder cannot be changed.")).toBeTruthy();
  fireEvent.click(screen.getByRole("switch", { name: "Start when I log in" }));
  await expect
    .poll(() => screen.getByRole("switch", { name: "Start when I log in" }).getAttribute("aria-checked"))
    .toBe("true");
});

test("where the system is asked elsewhere, starting with the session is no choice here", async () => {
  await openWindow({ desktop: { autostart: null } });
  render(<SettingsPage />);
  await screen.findByText("0.1.0, linux");
  expect(screen.queryByRole("switch", { name: "Start when I log in" })).toBeNull();
});

test("a computer that cannot be kept awake is said only to those who want it", async () => {
  await openWindow({ desktop: { awake_message: "this system has no logind" } });
  render(<SettingsPage />);
  await screen.findByText("0.1.0, linux");
  expect(screen.queryByText(/no logind/)).toBeNull();
  fireEvent.click(screen.getByRole("switch", { name: "Keep this computer awake" }));
  expect(await screen.findByText("This system has no logind.")).toBeTruthy();
  expect(useStore.getState().settings.keep_awake).toBe(true);
});

test("the test of the keys says that they arrived, or what to do when they do not", async () => {
  const fake = await openWindow({ desktop: { shortcut: "unsupported", shortcut_message: null } });
  render(<SettingsPage />);
  fireEvent.click(screen.getByRole("button", { name: "Test the keys" }));
  expect(await screen.findByText(/Bind a key to meanwhile open/)).toBeTruthy();
  expect(callsOf(fake, "testShortcut").length).toBe(1);
});

import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { openWindow } from "../../ipc/open-window";
import { actions } from "../../state/actions";
import { ShortcutSheet } from "./shortcut-sheet";

test("Esc closes the sheet, and the focus is where it was", async () => {
  await openWindow();
  render(
    <>
      <textarea aria-label="Message" />
      <ShortcutSheet />
    </>,
  );
  const field = screen.getByLabelText("Message");
  field.focus();
  actions.openShortcuts(true);
  const sheet = await screen.findByRole("dialog", { name: "Shortcuts" });
  await expect.poll(() => sheet.contains(document.activeElement)).toBe(true);
  fireEvent.keyDown(sheet, { key: "Escape" });
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  await expect.poll(() => document.activeElement).toBe(field);
});

test("words and keys find a shortcut on the sheet, with the keys it has now", async () => {
  await openWindow({ settings: { shortcuts: { settings: "Mod+Alt+P" } } });
  render(<ShortcutSheet />);
  actions.openShortcuts(true);
  const sheet = await screen.findByRole("dialog", { name: "Shortcuts" });
  const type = (value: string) => fireEvent.change(screen.getByLabelText("Find a shortcut"), { target: { value } });
  const found = () => Array.from(sheet.querySelectorAll("dt"), (line) => line.textContent);
  type("hide tas");
  expect(found()).toEqual(["Show or hide tasks"]);
  type("ctrl+alt+p");
  expect(found()).toEqual(["Settings"]);
  type("zzz");
  expect(screen.getByText('No shortcut fits "zzz".')).toBeTruthy();
});

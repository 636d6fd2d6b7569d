import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { ProviderRow } from "../../ipc/types";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { chordOf } from "./record-chord";
import { SettingsPage } from "./settings-page";
import { size } from "./size";

const saved = () => useStore.getState().settings;

test("every choice is kept at once", async () => {
  await openWindow();
  render(<SettingsPage />);
  fireEvent.click(screen.getByRole("radio", { name: "Dark" }));
  fireEvent.click(screen.getByRole("switch", { name: "Hide content" }));
  const places = screen.getByLabelText("Tasks at the same time");
  fireEvent.change(places, { target: { value: "16" } });
  fireEvent.blur(places);
  await expect.poll(saved).toMatchObject({ theme: "dark", private_notices: true, parallel_tasks: 16 });
});

test("a number of places outside 1 to 1,024 is not kept", async () => {
  const fake = await openWindow();
  render(<SettingsPage />);
  const places = screen.getByLabelText("Tasks at the same time") as HTMLInputElement;
  fireEvent.change(places, { target: { value: "1025" } });
  expect(places.getAttribute("aria-invalid")).toBe("true");
  fireEvent.blur(places);
  expect(places.value).toBe("4");
  expect(callsOf(fake, "saveSettings")).toEqual([]);
});

test("the shortcut of quick ask is recorded from the keys", async () => {
  const fake = await openWindow();
  render(<SettingsPage />);
  const recorder = screen.getByRole("button", { name: /Change the shortcut/ });
  fireEvent.click(recorder);
  fireEvent.keyDown(recorder, { key: "Control", code: "ControlLeft", ctrlKey: true });
  fireEvent.keyDown(recorder, { key: "k", code: "KeyK", ctrlKey: true, altKey: true });
  await expect.poll(() => callsOf(fake, "setShortcut")).toEqual([["Ctrl+Alt+K"]]);
});

test("a shortcut that another program has is said, with a way to try again", async () => {
  const fake = await openWindow({ desktop: { shortcut: "conflict", shortcut_message: null } });
  render(<SettingsPage />);
  expect(await screen.findByText(/belongs to another program/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await expect.poll(() => callsOf(fake, "setShortcut")).toEqual([["Alt+Shift+Space"]]);
});

test("a desktop without tray and notices is said once each", async () => {
  await openWindow({ desktop: { tray: false, notices: "missing" } });
  render(<SettingsPage />);
  expect(await screen.findByText(/No tray was found/)).toBeTruthy();
  expect(screen.getByText(/no notice service, so nothing/)).toBeTruthy();
  expect((screen.getByRole("button", { name: "Send a test" }) as HTMLButtonElement).disabled).toBe(true);
});

test("a provider can have fewer places than there are", async () => {
  const home: ProviderRow = {
    id: "prv_1",
    name: "home",
    kind: "openai-chat",
    base_url: "http://127.0.0.1:1",
    key_source: "none",
    key_env: null,
    headers: [],
    proxy: null,
    created_at: "2025-11-21T10:00:00.000Z",
  };
  await openWindow({ providers: [home] });
  render(<SettingsPage />);
  await screen.findAllByRole("option", { name: "home" });
  fireEvent.change(screen.getByRole("combobox", { name: "Fewer for one provider" }), { target: { value: "home" } });
  const own = await screen.findByRole("combobox", { name: "Tasks at the same time of home" });
  expect(useStore.getState().settings.provider_tasks).toEqual({ home: 1 });
  fireEvent.change(own, { target: { value: "all" } });
  await expect.poll(() => useStore.getState().settings.provider_tasks).toEqual({});
});

// F20
test("a data folder that is not safe is said with what to do", async () => {
  const data_warning = "The data folder is on a network drive. Set MEANWHILE_DATA_DIR to another one.";
  await openWindow({ desktop: { data_warning } });
  render(<SettingsPage />);
  expect(await screen.findByText(data_warning)).toBeTruthy();
});

test("a backup is made from the settings, and one that fails says why", async () => {
  const fake = await openWindow();
  render(<SettingsPage />);
  expect(await screen.findByText(/^None yet\./)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Back up now" }));
  expect(await screen.findByText(/^1 kept, the newest/)).toBeTruthy();
  fake.refuse("makeCopy", { code: "storage", message: "the disk is full" });
  fireEvent.click(screen.getByRole("button", { name: "Back up now" }));
  expect(await screen.findByText("The disk is full.")).toBeTruthy();
});

test("a test notice that was refused says why", async () => {
  const fake = await openWindow();
  fake.refuse("testNotice", { code: "internal", message: "the notice service went away" });
  render(<SettingsPage />);
  fireEvent.click(screen.getByRole("button", { name: "Send a test" }));
  expect(await screen.findByText("The notice service went away.")).toBeTruthy();
});

test("keys become the text the shell understands", () => {
  const press = (code: string, held: KeyboardEventInit = {}) =>
    chordOf(new KeyboardEvent("keydown", { code, ...held }), false);
  expect(press("Space", { altKey: true, shiftKey: true })).toBe("Alt+Shift+Space");
  expect(press("Digit7", { ctrlKey: true, metaKey: true })).toBe("Ctrl+Super+7");
  expect(press("F9")).toBe("F9");
  expect(press("ShiftLeft", { shiftKey: true })).toBe("more");
  expect(press("KeyA", { shiftKey: true })).toBe("bare");
});

test("sizes are written as file managers write them", () => {
  expect([0, 640_000, 3_400_000, 13_000_000, 2_500_000_000].map(size)).toEqual([
    "0 B",
    "640 kB",
    "3.4 MB",
    "13 MB",
    "2.5 GB",
  ]);
});

test("Escape leads back to the chat although a button that was pressed has let go of the focus", async () => {
  await openWindow();
  useStore.setState({ page: "settings" });
  render(<SettingsPage />);
  (document.activeElement as HTMLElement | null)?.blur();
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(useStore.getState().page).toBe("chat");
});

test("Escape in a field leaves the field and what is written in it stays; the next one leads back to the chat", async () => {
  await openWindow();
  useStore.setState({ page: "settings" });
  render(<SettingsPage />);
  const field = screen.getByLabelText<HTMLInputElement>("Dollars for a day");
  fireEvent.change(field, { target: { value: "7" } });
  field.focus();
  fireEvent.keyDown(field, { key: "Escape" });
  expect([useStore.getState().page, field.value]).toEqual(["settings", "7"]);
  expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Settings" }));
  fireEvent.keyDown(document.activeElement as HTMLElement, { key: "Escape" });
  expect(useStore.getState().page).toBe("chat");
});

test("a section that is jumped to is reached inside the page, and the window stays where it is", async () => {
  await openWindow();
  const { container } = render(<SettingsPage />);
  const heading = screen.getByRole("heading", { name: "Prove it" });
  const scrolled = vi.spyOn(Element.prototype, "scrollIntoView");
  heading.getBoundingClientRect = () => new DOMRect(0, 900);
  fireEvent.click(screen.getByRole("button", { name: "Prove it" }));
  expect(container.querySelector(".set-scroll")?.scrollTop).toBe(880);
  expect(document.activeElement).toBe(heading);
  expect(scrolled).not.toHaveBeenCalled();
  scrolled.mockRestore();
});

test("the settings open at the section that was asked for, where something can be done in it", async () => {
  await openWindow();
  actions.openSettings("data");
  render(<SettingsPage />);
  await expect.poll(() => document.activeElement?.textContent).toBe("Import chats");
  await act(async () => actions.openSettings("appearance"));
  expect(document.activeElement?.textContent).toBe("System");
  expect(useStore.getState().wantedSection).toBeNull();
});

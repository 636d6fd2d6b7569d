import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { openWindow } from "../../ipc/open-window";
import { listen } from "../../keys/registry";
import { useStore } from "../../state/store";
import { SettingsPage } from "./settings-page";

const headings = () =>
  screen
    .getAllByRole("heading", { level: 2, hidden: true })
    .filter((one) => !one.closest("[hidden]"))
    .map((one) => one.textContent);

const rows = () =>
  Array.from(document.querySelectorAll<HTMLElement>(".set-row-label"))
    .filter((row) => !row.closest("[hidden]") && row.closest("details")?.open !== false)
    .map((row) => row.textContent);

async function show() {
  await openWindow();
  render(<SettingsPage />);
  const field = screen.getByLabelText<HTMLInputElement>("Find a setting");
  return { field, type: (value: string) => fireEvent.change(field, { target: { value } }) };
}

test("words leave the rows that have them, also those that are folded", async () => {
  const { type } = await show();
  const all = headings();
  type("text siz");
  expect([headings(), rows()]).toEqual([
    ["Keyboard", "Appearance"],
    ["Usual size of text", "Language", "Theme", "Text size"],
  ]);
  type("attach fol");
  expect([headings(), rows()]).toEqual([["Keyboard"], ["Attach a folder"]]);
  type("");
  expect(headings()).toEqual(all);
  expect(document.querySelectorAll("details[open]").length, "folded again").toBe(0);
});

test("a section that is about the words is left whole", async () => {
  const { type } = await show();
  type("restore");
  expect(headings()).toEqual(["Data"]);
  expect(rows().length).toBeGreaterThan(3);
});

test("what nothing fits is said, and Esc begins anew before it leaves the page", async () => {
  const { type, field } = await show();
  useStore.setState({ page: "settings" });
  type("zzz");
  expect(screen.getByText('Nothing in the settings fits "zzz".')).toBeTruthy();
  field.focus();
  fireEvent.keyDown(field, { key: "Escape" });
  expect(field.value).toBe("");
  expect([useStore.getState().page, headings().length > 5]).toEqual(["settings", true]);
});

test("the keys that find in a chat find a setting here", async () => {
  const { field } = await show();
  const stop = listen(window);
  fireEvent.keyDown(document.body, { key: "f", code: "KeyF", ctrlKey: true });
  expect(document.activeElement).toBe(field);
  stop();
});

test("a section goes back to how the app came, with a way back, and only while it differs", async () => {
  const task_budget = { seconds: null, tokens: null, usd: null, steps: null };
  await openWindow({ settings: { task_budget, parallel_tasks: 9, day_limit: { usd: 4, tokens: null, more: null } } });
  render(<SettingsPage />);
  const named = (name: string) => screen.queryByRole("button", { name: `Reset this section: ${name}` });
  expect([named("Appearance"), named("Window")]).toEqual([null, null]);
  fireEvent.click(named("Background work") as HTMLElement);
  const settings = () => useStore.getState().settings;
  await expect.poll(() => settings().parallel_tasks).toBe(4);
  expect(settings().day_limit.usd, "what is chosen elsewhere stays").toBe(4);
  await act(async () => {});
  expect(named("Background work")).toBeNull();
});

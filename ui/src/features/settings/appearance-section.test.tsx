import { fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

/** The settings of a page that is loaded with this choice of a language. */
async function load(language: string | null) {
  const choose = () => language !== null && localStorage.setItem("language", language);
  localStorage.clear();
  choose();
  vi.resetModules();
  const { openWindow } = await import("../../ipc/open-window");
  const { SettingsPage } = await import("./settings-page");
  await openWindow();
  choose();
  render(<SettingsPage />);
}

/** What the page does when it is loaded anew, which it cannot be here. */
function watchReload() {
  const reload = vi.fn();
  vi.stubGlobal("location", { reload });
  return reload;
}

const radio = (name: string) => screen.getByRole("radio", { name });

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

test("a page that is loaded in German has German words in the section, and German chosen", async () => {
  await load("de");
  const section = within(screen.getByRole("region", { name: "Darstellung" }));
  const group = (name: string) =>
    within(section.getByRole("radiogroup", { name }))
      .getAllByRole("radio")
      .map((one) => one.textContent);
  expect(group("Sprache")).toEqual(["System", "English", "Deutsch"]);
  expect(group("Design")).toEqual(["System", "Hell", "Dunkel", "Hoher Kontrast"]);
  expect(group("Textgröße")).toEqual(["Klein", "Normal", "Groß", "Größer", "150 %", "200 %"]);
  expect(radio("Deutsch").getAttribute("aria-checked")).toBe("true");
});

test("in German a setting is found by German words, in its rows and of its section", async () => {
  await load("de");
  const found = (words: string) => {
    fireEvent.change(screen.getByLabelText("Einstellung suchen"), { target: { value: words } });
    return screen.getAllByRole("heading", { level: 2 }).map((one) => one.textContent);
  };
  expect(found("ruhez")).toEqual(["Mitteilungen"]);
  expect(found("schriftgröße")).toContain("Darstellung");
  expect(found("sicherungen")).not.toContain("Darstellung");
});

test("another language is kept, and spoken by the page that is loaded after that", async () => {
  await load(null);
  const reload = watchReload();
  expect(radio("English").getAttribute("aria-checked"), "the system speaks it, and nobody chose it").toBe("false");
  fireEvent.click(radio("Deutsch"));
  expect([localStorage.getItem("language"), reload.mock.calls.length]).toEqual(["de", 1]);
});

test("whoever chose a language can leave it to the system again", async () => {
  await load("de");
  const reload = watchReload();
  const language = within(screen.getByRole("radiogroup", { name: "Sprache" }));
  fireEvent.click(language.getByRole("radio", { name: "System" }));
  expect([localStorage.getItem("language"), reload.mock.calls.length]).toEqual([null, 1]);
});

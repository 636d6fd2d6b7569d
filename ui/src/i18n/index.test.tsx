import { render } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";

/** The words as a page has them that is loaded with this choice. */
async function words(language: string) {
  localStorage.setItem("language", language);
  vi.resetModules();
  return await import(".");
}

beforeEach(() => localStorage.clear());

describe("the words of the window", () => {
  it("are English where nothing is chosen and the system speaks English", async () => {
    vi.resetModules();
    const { language, t } = await import(".");
    expect(language).toBe("en");
    expect(t("Cancel")).toBe("Cancel");
  });

  it("are in the language that was chosen", async () => {
    const { t } = await words("de");
    expect(t("Cancel")).toBe("Abbrechen");
  });

  it("are in the language of the system without a choice", async () => {
    vi.spyOn(navigator, "languages", "get").mockReturnValue(["fr-FR", "de-CH", "en-US"]);
    vi.resetModules();
    const { language, locale } = await import(".");
    expect(language).toBe("de");
    expect(locale).toBe("de-CH");
  });

  it("stay English where a page cannot keep anything", async () => {
    vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
      throw new Error("no storage");
    });
    vi.resetModules();
    const { t } = await import(".");
    expect(t("Cancel")).toBe("Cancel");
  });

  it("have elements where the language wants them", async () => {
    const { rich } = await words("de");
    const { container } = render(
      <p>{rich("Thinking<n> {time}</n>", { n: <b className="num" /> }, { time: "4 s" })}</p>,
    );
    expect(container.innerHTML).toBe('<p>Denkt nach<b class="num"> 4 s</b></p>');
  });
});

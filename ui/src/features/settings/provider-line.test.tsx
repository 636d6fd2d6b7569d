import { fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { ProviderRow } from "../../ipc/types";
import { useStore } from "../../state/store";
import { ModelsSection } from "./models-section";

function Section() {
  return <ModelsSection settings={useStore((state) => state.settings)} hasKeychain={true} />;
}

const openai: ProviderRow = {
  id: "prv_1",
  name: "openai",
  kind: "openai-chat",
  base_url: "https://api.openai.com/v1",
  key_source: "keychain",
  key_env: null,
  headers: [],
  proxy: null,
  created_at: "2025-11-21T10:00:00.000Z",
};

test("test shows the real latency on the row", async () => {
  const models = [{ provider: "openai", name: "gpt" }];
  await openWindow({ providers: [openai], models });
  render(<Section />);
  fireEvent.click(await screen.findByRole("button", { name: "Test" }));
  expect(await screen.findByText("answered in 42 ms, 1 model")).toBeTruthy();
});

test("a row says how its provider is without being asked, and a test that succeeds asks for its models again", async () => {
  const models = [{ provider: "openai", name: "gpt" }];
  const modelProblems = [{ provider: "gone", message: "nothing is listening there", listed_at: null }];
  const fake = await openWindow({
    providers: [openai, { ...openai, id: "prv_2", name: "gone" }],
    models,
    modelProblems,
  });
  render(<Section />);
  expect(await screen.findByText("1 model")).toBeTruthy();
  expect(await screen.findByText("Nothing is listening there.")).toBeTruthy();
  fireEvent.click(screen.getAllByRole("button", { name: "Test" })[1] as HTMLElement);
  expect(await screen.findByText("answered in 42 ms, 1 model")).toBeTruthy();
  expect(screen.queryByText("Nothing is listening there.")).toBeNull();
  await expect.poll(() => callsOf(fake, "models").length).toBe(2);
});

test("removing asks first, with the name on the button", async () => {
  const fake = await openWindow({ providers: [openai] });
  render(<Section />);
  fireEvent.keyDown(await screen.findByRole("button", { name: "More for openai" }), { key: "Enter" });
  fireEvent.click(await screen.findByRole("menuitem", { name: "Remove" }));
  const question = await screen.findByRole("dialog");
  expect(question.textContent).toContain("Its key is taken out of the keychain");
  fireEvent.click(within(question).getByRole("button", { name: "Remove openai" }));
  await expect.poll(() => callsOf(fake, "removeProvider")).toEqual([["openai"]]);
  await expect.poll(() => screen.queryByText(/api.openai.com/)).toBeNull();
});

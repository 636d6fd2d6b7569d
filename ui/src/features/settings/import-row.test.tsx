import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import { useStore } from "../../state/store";
import { ImportRow, importWords } from "./import-row";

const report = {
  imported: 1_204,
  prompts: 9_000,
  already_here: 1,
  left_out: { "without a date": 2 },
  stopped: null,
  newest: "cnv_7",
};

test("what became of an export is counted, and its newest chat is one press away", async () => {
  const conversations = [makeConversation({ id: "cnv_7" })];
  const fake = await openWindow({ imported: report, conversations });
  render(<ImportRow />);
  fireEvent.click(screen.getByRole("button", { name: "Import chats" }));
  expect(await screen.findByText("1 204 chats imported, with 9 000 prompts.")).toBeTruthy();
  expect(screen.getByText("1 chat already here, left as it is.")).toBeTruthy();
  expect(screen.getByText("2 left out: without a date.")).toBeTruthy();
  fireEvent.click(await screen.findByRole("button", { name: "Open the newest" }));
  expect(useStore.getState().openConversation).toBe("cnv_7");
  expect(callsOf(fake, "importChats")).toHaveLength(1);
});

test("a file that breaks off says what is kept, and a refusal says why", async () => {
  const fake = await openWindow({ imported: { ...report, stopped: "the file breaks off in line 9 (EOF)" } });
  render(<ImportRow />);
  fireEvent.click(screen.getByRole("button", { name: "Import chats" }));
  expect(
    await screen.findByText(/^The file breaks off in line 9 \(EOF\)\. What came before that is kept: 1 205 chats\./),
  ).toBeTruthy();
  fake.refuse("importChats", { code: "storage", message: "the disk is full" });
  fireEvent.click(await screen.findByRole("button", { name: "Import chats" }));
  expect(await screen.findByText("The disk is full.")).toBeTruthy();
});

test("a file that is no export says so, and counts nothing", () => {
  const nothing = { imported: 0, prompts: 0, already_here: 0, left_out: {} };
  const stopped = "this is no export of ChatGPT, Claude or Meanwhile";
  expect(importWords({ ...nothing, stopped })).toEqual([
    "This is no export of ChatGPT, Claude or Meanwhile. Nothing was imported.",
  ]);
});

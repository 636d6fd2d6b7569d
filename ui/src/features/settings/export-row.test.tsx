import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Toaster } from "../../components/toast";
import { callsOf, openWindow } from "../../ipc/open-window";
import { ExportRow } from "./export-row";

test("every chat goes to one file in the form that was pressed, and its name is said", async () => {
  const fake = await openWindow();
  render(
    <>
      <ExportRow />
      <Toaster />
    </>,
  );
  fireEvent.click(screen.getByRole("button", { name: "JSON lines…" }));
  expect(await screen.findByText("Chats.jsonl")).toBeTruthy();
  expect(callsOf(fake, "exportEverything")).toEqual([["jsonl"]]);
});

test("a file that cannot be written says why, and can be tried again", async () => {
  const fake = await openWindow();
  fake.refuse("exportEverything", { code: "storage", message: "the disk is full" });
  render(<ExportRow />);
  const button = screen.getByRole("button", { name: "Markdown…" });
  fireEvent.click(button);
  expect(await screen.findByText("The disk is full.")).toBeTruthy();
  await expect.poll(() => button.getAttribute("aria-disabled")).toBe("false");
});

import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeServer, makeTool } from "../../ipc/fake-servers";
import { callsOf, openWindow } from "../../ipc/open-window";
import { SettingsPage } from "./settings-page";

const section = () => within(screen.getByRole("region", { name: "Tool servers" }));

test("a server is added, its tools are shown, and used once they are accepted", async () => {
  const fake = await openWindow();
  render(<SettingsPage />);
  fireEvent.click(section().getByRole("button", { name: "Add a server" }));
  const form = within(await screen.findByRole("dialog", { name: "Add a server of tools" }));
  fireEvent.click(form.getByRole("button", { name: "Look at its tools" }));
  expect(form.getByText("Say which program is started.")).toBeTruthy();
  fireEvent.change(form.getByLabelText("Name"), { target: { value: "files" } });
  fireEvent.change(form.getByLabelText("Program"), { target: { value: "files-server '/my notes'" } });
  await act(async () => form.getByRole("button", { name: "Look at its tools" }).click());
  expect(await section().findByText("not accepted yet")).toBeTruthy();
  const said = section().getByRole("region", { name: "What files says of its tools" }).textContent;
  expect(said).toContain("Reads a file.");
  expect(said).toContain('"type": "object"');
  await act(async () => section().getByRole("button", { name: "Accept the tools of files" }).click());
  expect(await section().findByText("ready")).toBeTruthy();
  expect(callsOf(fake, "acceptToolServer")).toEqual([["files", "s1"]]);
});

test("of a server that changed the difference is shown", async () => {
  const changes = [{ name: "files__read", what: "changed", text: "-Reads a file.\n+Reads all files.\n" }];
  await openWindow({ servers: [makeServer({ state: "changed", changes, tools: [makeTool()] })] });
  render(<SettingsPage />);
  const shown = await section().findByRole("region", { name: "What is different in files" });
  expect(shown.textContent).toBe("files__read is changed\n-Reads a file.\n+Reads all files.");
});

test("what a server answers to being added is said", async () => {
  const fake = await openWindow();
  fake.refuse("addToolServer", { code: "provider", message: "the server files cannot be used: it ended at once" });
  render(<SettingsPage />);
  fireEvent.click(section().getByRole("button", { name: "Add a server" }));
  const form = within(await screen.findByRole("dialog", { name: "Add a server of tools" }));
  fireEvent.change(form.getByLabelText("Name"), { target: { value: "files" } });
  fireEvent.change(form.getByLabelText("Program"), { target: { value: "x" } });
  await act(async () => form.getByRole("button", { name: "Look at its tools" }).click());
  expect(await form.findByText(/it ended at once/)).toBeTruthy();
});

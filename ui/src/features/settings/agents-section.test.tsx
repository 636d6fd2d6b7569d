import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { agentsHere } from "../../ipc/fake-agents";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { Agent, Permit } from "../../ipc/types";
import { useStore } from "../../state/store";
import { SettingsPage } from "./settings-page";

const [general, ...others] = agentsHere as [Agent, ...Agent[]];
const section = () => within(screen.getByRole("region", { name: "Agents" }));

test("the agents are named with what they may do, and one you changed shows both texts", async () => {
  const changed: Agent = { ...general, source: "remixed", instructions: "Be brief.", original: "Be thorough." };
  await openWindow({ agents: [changed, ...others] });
  render(<SettingsPage />);
  expect(await section().findByText("changed by you")).toBeTruthy();
  const reading =
    "May list folders, read files, search in files, show a plan, ask you, read pages of the web and tell you something on the way.";
  expect(section().getByText(reading)).toBeTruthy();
  fireEvent.click(section().getByRole("button", { name: "Show what General is told" }));
  expect(section().getByRole("region", { name: "Yours" }).textContent).toBe("Be brief.");
  expect(section().getByRole("region", { name: "As it comes with Meanwhile" }).textContent).toBe("Be thorough.");
});

test("a file that is no agent is named with what is wrong with it", async () => {
  await openWindow({ unreadAgents: [{ file: "cook.md", why: "it has no line `name:`" }] });
  render(<SettingsPage />);
  expect(await section().findByText("cook.md")).toBeTruthy();
  expect(section().getByText(/is no agent yet\. It has no line `name:`\./)).toBeTruthy();
});

test("where your own agents go is said, with an example", async () => {
  await openWindow();
  render(<SettingsPage />);
  expect(await section().findByText("~/.local/share/meanwhile")).toBeTruthy();
  fireEvent.click(section().getByRole("button", { name: "Show an example" }));
  expect(section().getByRole("region", { name: "Example" }).textContent).toMatch(/^---\nname: /);
});

const permit = (change: Partial<Permit>): Permit => ({
  id: 1,
  tool: "edit_file",
  folder: "/home/user/ferry",
  arguments: null,
  given_at: new Date().toISOString(),
  expires_at: new Date(Date.now() + 30 * 86_400_000).toISOString(),
  denies: false,
  ...change,
});

test("what is always allowed can be taken back, and what cannot be says why", async () => {
  const permits = [
    permit({}),
    permit({ id: 2, tool: "run_command", arguments: '{"command":"npm test"}' }),
    permit({ id: 3, tool: "delete_file", denies: true }),
  ];
  const fake = await openWindow({ permits });
  render(<SettingsPage />);
  fake.refuse("revokePermit", { code: "storage", message: "the disk is full" });
  fireEvent.click(await section().findByRole("button", { name: "Take back: Always edit files" }));
  expect(await section().findByText("The disk is full.")).toBeTruthy();
  await act(async () => section().getByRole("button", { name: "Take back: Always run exactly this npm test" }).click());
  expect(callsOf(fake, "revokePermit")).toEqual([[1], [2]]);
  await expect.poll(() => section().queryByText("npm test")).toBeNull();
  expect(section().getByText("Always edit files")).toBeTruthy();
  expect(section().getByText("Never delete files")).toBeTruthy();
});

test("without anything allowed that is said", async () => {
  await openWindow();
  render(<SettingsPage />);
  expect(await section().findByText("Nothing: agents ask before each change and each command.")).toBeTruthy();
});

test("how many steps an agent takes before you are asked is kept", async () => {
  await openWindow();
  render(<SettingsPage />);
  const steps = screen.getByLabelText("Steps for a task");
  fireEvent.change(steps, { target: { value: "250" } });
  fireEvent.blur(steps);
  await expect.poll(() => useStore.getState().settings.task_budget.steps).toBe(250);
});

import { fireEvent, render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeChannel } from "../../ipc/fake-channels";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { Channel } from "../../ipc/types";
import { useStore } from "../../state/store";
import { NoticesSection } from "./notices-section";

function Section() {
  return <NoticesSection settings={useStore((state) => state.settings)} status={null} />;
}

async function open(channels: Channel[] = []) {
  const fake = await openWindow({ channels });
  render(<Section />);
  return fake;
}

test("each event is turned on and off for one channel alone", async () => {
  const fake = await open([makeChannel({ name: "slack" })]);
  fireEvent.click(await screen.findByRole("switch", { name: "Finished: slack" }));
  fireEvent.click(screen.getByRole("switch", { name: "Halfway, with 10 steps or more: Desktop" }));
  await expect
    .poll(() => useStore.getState().settings.notice_events)
    .toEqual({
      slack: ["failed", "needs_you", "budget"],
      native: ["done", "failed", "needs_you", "budget", "says", "halfway"],
    });
  expect(callsOf(fake, "saveSettings")).toHaveLength(2);
});

test("a channel is added, shows what its test sends, and is used once the user says that it arrived", async () => {
  const fake = await open();
  fireEvent.click(screen.getByRole("button", { name: "Add a channel" }));
  const form = within(screen.getByRole("dialog"));
  fireEvent.click(form.getByRole("radio", { name: "Slack" }));
  fireEvent.click(form.getByRole("button", { name: "Add, then test it" }));
  expect(form.getByText("An address that begins with https://.")).toBeTruthy();
  fireEvent.change(form.getByLabelText("Name"), { target: { value: "team" } });
  const address = form.getByLabelText("Address of the incoming webhook") as HTMLInputElement;
  expect(address.type).toBe("password");
  fireEvent.change(address, { target: { value: "https://hooks.slack.com/services/x" } });
  fireEvent.click(form.getByRole("button", { name: "Add, then test it" }));
  expect((await screen.findByRole("region", { name: "The test for team" })).textContent).toContain("This is a test");
  expect(screen.queryByRole("switch", { name: "Finished: team" })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Send a test to team" }));
  fireEvent.click(await screen.findByRole("button", { name: "Yes, use it" }));
  expect(await screen.findByRole("switch", { name: "Finished: team" })).toBeTruthy();
  expect(callsOf(fake, "confirmChannel")).toEqual([["team", true]]);
  expect(document.body.textContent).not.toContain("services/x");
});

test("a failure is named, with the way out of it", async () => {
  const place = {
    kind: "email",
    host: "mail.example.org",
    port: 465,
    security: "tls",
    user: "me",
    from: "me@example.org",
    to: "me@example.org",
  } as const;
  const message = "mail.example.org refused the name or the password (535).";
  const failure = { kind: "permission", message, at: new Date().toISOString() } as const;
  await open([makeChannel({ name: "mail", place, failure })]);
  expect(await screen.findByText(/refused the name or the password/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Change password of mail" }));
  const form = within(screen.getByRole("dialog", { name: "Change mail" }));
  expect((form.getByLabelText("Mail server") as HTMLInputElement).value).toBe("mail.example.org");
  expect((form.getByLabelText("Password") as HTMLInputElement).value).toBe("");
});

test("quiet hours have a beginning and a different end", async () => {
  const fake = await open();
  fireEvent.click(screen.getByRole("switch", { name: "Quiet hours" }));
  const from = (await screen.findByLabelText("From, quiet hours")) as HTMLInputElement;
  expect(from.value).toBe("22:00");
  fireEvent.change(from, { target: { value: "07:00" } });
  fireEvent.change(from, { target: { value: "21:30" } });
  await expect.poll(() => useStore.getState().settings.quiet_hours).toMatchObject({ on: true, from: 1290, to: 420 });
  expect(callsOf(fake, "saveSettings")).toHaveLength(2);
});

import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { callsOf, openWindow } from "../../ipc/open-window";
import { useStore } from "../../state/store";
import { StartOffer } from "./start-offer";

async function show(rows: Parameters<typeof openWindow>[0]) {
  const fake = await openWindow(rows);
  await act(async () => void render(<StartOffer />));
  return fake;
}

const offer = () => screen.queryByRole("complementary", { name: "Start when I log in" });

test("after work was cut, starting with the session is offered, and taken by a press", async () => {
  const fake = await show({ wasCut: true });
  fireEvent.click(screen.getByRole("button", { name: "Start when I log in" }));
  await expect.poll(() => callsOf(fake, "setAutostart")).toEqual([[true]]);
  await expect.poll(offer).toBeNull();
});

test("an offer that was declined never comes again", async () => {
  await show({ wasCut: true });
  fireEvent.click(screen.getByRole("button", { name: "No, thanks" }));
  await expect.poll(offer).toBeNull();
  expect(useStore.getState().settings.start_offered).toBe(true);
});

test("without work that was cut, and to those who answered, nothing is offered", async () => {
  await show({});
  expect(offer()).toBeNull();
  const fake = await show({ wasCut: true, settings: { start_offered: true } });
  expect([offer(), callsOf(fake, "startOffer")]).toEqual([null, []]);
});

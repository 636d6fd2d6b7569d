import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { openWindow } from "../../ipc/open-window";
import { useStore } from "../../state/store";
import { SettingsPage } from "./settings-page";

test("who names chats is chosen with what it costs, and goes back with its section", async () => {
  await openWindow();
  render(<SettingsPage />);
  await screen.findByText("0.1.0, linux");
  const row = () => screen.getByRole("combobox", { name: "Name new chats" }) as HTMLSelectElement;
  expect(row().selectedOptions[0]?.textContent).toBe("By local models only");
  expect(screen.getByText(/^One short request per chat/)).toBeTruthy();
  fireEvent.change(row(), { target: { value: "always" } });
  await expect.poll(() => useStore.getState().settings.chat_names).toBe("always");
  fireEvent.click(screen.getByRole("button", { name: "Reset this section: Background work" }));
  await expect.poll(() => useStore.getState().settings.chat_names).toBe("local");
});

import { fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import { useStore } from "../../state/store";
import { QuickAsk } from "./quick-ask";

afterEach(() => void vi.useRealTimers());

const field = () => screen.getByLabelText("Your prompt") as HTMLTextAreaElement;
const write = (text: string) => fireEvent.change(field(), { target: { value: text } });

test("Enter asks, opens the window at the answer and goes", async () => {
  const fake = await openWindow();
  render(<QuickAsk />);
  write("How do tides work?");
  fireEvent.keyDown(field(), { key: "Enter" });
  await expect.poll(() => callsOf(fake, "hideQuickAsk").length).toBe(1);
  expect(callsOf(fake, "sendMessage")).toMatchObject([[{ lane: "interactive", origin: "quick_ask" }]]);
  expect(callsOf(fake, "openMain")).toEqual([[expect.stringMatching(/^cnv_/), expect.stringMatching(/^tsk_/)]]);
  expect(field().value).toBe("");
});

test("Ctrl Shift Enter sends it away, says so, and goes by itself", async () => {
  const fake = await openWindow();
  vi.useFakeTimers();
  render(<QuickAsk />);
  write("Read the whole handbook");
  fireEvent.keyDown(field(), { key: "Enter", ctrlKey: true, shiftKey: true });
  await vi.waitFor(() =>
    expect(screen.getByRole("status").textContent).toContain("Got it. We'll keep working on this."),
  );
  expect(callsOf(fake, "sendMessage")).toMatchObject([
    [{ lane: "background", origin: "quick_ask", model: useStore.getState().settings.default_model }],
  ]);
  expect(callsOf(fake, "openMain")).toEqual([]);
  expect(callsOf(fake, "hideQuickAsk")).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(callsOf(fake, "hideQuickAsk").length).toBe(1);
});

test("Esc hides the window and leaves the text in its field, and nowhere else", async () => {
  const fake = await openWindow({ newDraft: "of the main window" });
  render(<QuickAsk />);
  expect(field().value).toBe("");
  write("half a thou");
  fireEvent.keyDown(field(), { key: "Escape" });
  expect(callsOf(fake, "hideQuickAsk").length).toBe(1);
  expect(field().value).toBe("half a thou");
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("half a thou");
  expect(callsOf(fake, "saveDraft")).toEqual([]);
});

test("a long prompt has the window to itself, and a short one shares it with the tasks", async () => {
  await openWindow();
  render(<QuickAsk />);
  vi.spyOn(window, "getComputedStyle").mockReturnValue({ lineHeight: "24px" } as CSSStyleDeclaration);
  const height = vi.spyOn(field(), "scrollHeight", "get");
  height.mockReturnValue(48);
  write("two lines");
  expect(field().closest(".quick")?.hasAttribute("data-tall")).toBe(false);
  height.mockReturnValue(72);
  write("three lines");
  expect(field().closest(".quick")?.hasAttribute("data-tall")).toBe(true);
});

test("with nothing going on, the ways to send stand under the field", async () => {
  await openWindow();
  render(<QuickAsk />);
  expect(screen.getByText(/opens a new chat and answers there/).textContent).toContain("answers in the background");
  expect(screen.getByText("Esc closes")).toBeTruthy();
});

test("a refusal stands in the window and the text is kept", async () => {
  await openWindow({ settings: { default_model: null } });
  render(<QuickAsk />);
  write("Anything");
  fireEvent.keyDown(field(), { key: "Enter" });
  expect((await screen.findByRole("alert")).textContent).toContain("No model is set up yet. Your text is kept.");
  expect(field().value).toBe("Anything");
});

test("Enter inside a composition is not a send", async () => {
  const fake = await openWindow();
  render(<QuickAsk />);
  write("日本");
  fireEvent.keyDown(field(), { key: "Enter", isComposing: true });
  fireEvent.keyDown(field(), { key: "Enter", shiftKey: true });
  expect(callsOf(fake, "sendMessage")).toEqual([]);
});

test("what goes on already stands below the field, what needs somebody first, and a press opens it", async () => {
  const away = { conversation_id: "cnv_1", lane: "background" } as const;
  const fake = await openWindow({
    conversations: [makeConversation({ id: "cnv_1" })],
    tasks: [
      makeTask({ ...away, title: "At work", state: "running" }),
      makeTask({ ...away, id: "tsk_key", title: "Wants a key", state: "waiting", reason: "key" }),
      makeTask({ ...away, title: "Looked at", state: "completed" }),
      makeTask({ ...away, title: "Fresh", state: "completed", unread: true }),
    ],
  });
  render(<QuickAsk />);
  const rows = screen.getAllByRole("listitem").map((row) => row.querySelector(".clip")?.textContent);
  expect(rows).toEqual(["Wants a key", "At work", "Fresh"]);
  fireEvent.click(screen.getByText("Wants a key"));
  await expect.poll(() => callsOf(fake, "hideQuickAsk").length).toBe(1);
  expect(callsOf(fake, "openMain")).toEqual([["cnv_1", "tsk_key"]]);
});

import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { Toaster } from "../../components/toast";
import { makeApproval } from "../../ipc/fake-agents";
import { type FakeRows, makeConversation, makeTask } from "../../ipc/fake-rows";
import { callsOf, openWindow } from "../../ipc/open-window";
import type { Approval, Task } from "../../ipc/types";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { ThreadPane } from "./thread-pane";

const chat = makeConversation({ id: "cnv_1", title: "Docs" });
const working: Partial<Task> = { id: "tsk_1", agent: "General", folder: "/home/user/ferry", lane: "background" };
const waits = (n: number, change: Partial<Task> = {}) =>
  makeTask({ ...working, state: "waiting", reason: "approval", approvals: n, ...change });
const command = (change: object = {}): Partial<Approval> => ({
  tool: "run_command",
  effect: "run",
  summary: "Run `npm test`",
  detail: {
    kind: "command",
    line: "npm test",
    folder: "/home/user/ferry",
    sandbox: "It sees only this folder and reaches no network.",
    is_contained: true,
    network: false,
    ...change,
  },
});

async function asks(approvals: Approval[], rows: FakeRows = {}) {
  const fake = await openWindow(
    { conversations: [chat], tasks: [waits(approvals.length)], approvals, ...rows },
    "cnv_1",
  );
  render(
    <>
      <ThreadPane />
      <Toaster />
    </>,
  );
  await screen.findByRole("region", { name: /wants your yes|asks you/ });
  return fake;
}

const card = () => screen.getByRole("region", { name: /wants your yes|asks you/ });
const button = (name: string | RegExp) => within(card()).getByRole<HTMLButtonElement>("button", { name });
const allow = () => button(/^Allow once/);
const armed = () => expect.poll(() => allow().disabled).toBe(false);
const decisions = (fake: Awaited<ReturnType<typeof asks>>) => callsOf(fake, "decide");

beforeEach(() => localStorage.clear());

test("a change is shown line by line, with a sign, and in words for speech", async () => {
  await asks([makeApproval({ hash: "h1" })]);
  expect(card().getAttribute("aria-label")).toBe("General wants your yes: Edit README.md");
  const lines = Array.from(card().querySelectorAll(".diff-line"), (line) => line.textContent);
  expect(lines).toEqual([
    " # Ferry timetable",
    "−Removed: A smal program.",
    "+Added: A small program.",
    " It prints departures.",
  ]);
  expect(within(card()).getByText("1 line added, 1 removed")).toBeTruthy();
  expect(within(card()).getByText(/asked just now · counts until tomorrow \d\d:\d\d/)).toBeTruthy();
});

test("a yes counts half a second after the card appears, and not before", async () => {
  const fake = await asks([makeApproval({ id: 7, hash: "h1" })]);
  expect(allow().disabled).toBe(true);
  fireEvent.keyDown(card(), { key: "Enter", ctrlKey: true, altKey: true });
  expect(decisions(fake)).toEqual([]);
  await armed();
  await act(async () => allow().click());
  expect(decisions(fake)).toEqual([[7, "allow_once", "h1", null]]);
  await expect.poll(() => screen.queryByRole("region", { name: /wants your yes/ })).toBeNull();
  expect(document.activeElement, "the focus goes where one writes").toBe(
    screen.getByRole("textbox", { name: "Message" }),
  );
});

test("what changes under the hand has to be in sight for half a second anew", async () => {
  const fake = await asks([makeApproval({ id: 7, hash: "h1" })]);
  await armed();
  const changed = makeApproval({ id: 8, hash: "h2", summary: "Edit LICENSE" });
  fake.client.approvals = async () => [changed];
  await act(async () => void fake.change("tsk_1", { approvals: 1 }));
  await expect.poll(() => card().getAttribute("aria-label")).toContain("LICENSE");
  expect(allow().disabled).toBe(true);
  await armed();
});

test("no key on the card allows by itself, but for the chord", async () => {
  const fake = await asks([makeApproval({ id: 7, hash: "h1" })]);
  await armed();
  act(() => actions.review("tsk_1"));
  await expect.poll(() => document.activeElement).toBe(card());
  for (const key of ["Enter", " ", "y", "a"]) fireEvent.keyDown(card(), { key });
  expect(decisions(fake)).toEqual([]);
  await act(async () => void fireEvent.keyDown(card(), { key: "Enter", ctrlKey: true, altKey: true }));
  expect(decisions(fake)).toEqual([[7, "allow_once", "h1", null]]);
});

test("a no can say why", async () => {
  const fake = await asks([makeApproval({ id: 7, hash: "h1" })]);
  fireEvent.click(button(/^Not this/));
  const why = within(card()).getByLabelText("Tell it why (optional)");
  expect(document.activeElement).toBe(why);
  fireEvent.keyDown(why, { key: "Escape" });
  expect(within(card()).queryByLabelText("Tell it why (optional)")).toBeNull();
  fireEvent.keyDown(card(), { key: "Backspace", ctrlKey: true, altKey: true });
  fireEvent.change(within(card()).getByLabelText("Tell it why (optional)"), { target: { value: " Keep the name. " } });
  await act(async () => button("Do not do it").click());
  expect(decisions(fake)).toEqual([[7, "reject", "h1", "Keep the name."]]);
});

test("a question is answered with one of its answers, or in your own words", async () => {
  const question: Partial<Approval> = {
    id: 7,
    hash: "h1",
    tool: "ask_user",
    effect: null,
    summary: "Which licence?",
    detail: { kind: "question", text: "Which licence should it have?", options: ["MIT", "Apache 2.0"] },
  };
  const fake = await asks([makeApproval(question)], { tasks: [waits(1, { reason: "question" })] });
  expect(within(card()).getByText("Which licence should it have?")).toBeTruthy();
  expect(within(card()).queryByRole("button", { name: /Allow/ })).toBeNull();
  expect(button("MIT").disabled).toBe(true);
  fireEvent.change(within(card()).getByLabelText("Or answer in your own words"), { target: { value: "Both of them" } });
  await expect.poll(() => button("Answer").disabled).toBe(false);
  await act(async () => button("Answer").click());
  expect(decisions(fake)).toEqual([[7, "allow_once", "h1", "Both of them"]]);
});

test("a command stands whole, with its folder and what keeps it there; only what is kept can be allowed for longer", async () => {
  const fake = await asks([makeApproval({ id: 7, hash: "h1", ...command() })]);
  expect(within(card()).getByRole("region", { name: "Command" }).textContent).toBe("npm test");
  expect(within(card()).getByText("in ferry/")).toBeTruthy();
  expect(within(card()).getByText("It sees only this folder and reaches no network.")).toBeTruthy();
  await armed();
  fireEvent.keyDown(button(/^Allow…/), { key: "Enter" });
  fireEvent.click(
    await screen.findByRole("menuitem", { name: /Always in this folder.*Exactly this command, by any agent/ }),
  );
  await expect.poll(() => decisions(fake)).toEqual([[7, "allow_always", "h1", null]]);
  await expect.poll(async () => (await fake.client.permits()).length).toBe(1);
});

test("a command that nothing keeps in its folder warns, and can be allowed only once", async () => {
  const sandbox = "Nothing keeps it in its folder.";
  await asks([makeApproval(command({ is_contained: false, network: true, sandbox }))]);
  expect(within(card()).getByText(sandbox).closest(".note-fail")).not.toBeNull();
  expect(within(card()).queryByRole("button", { name: /^Allow…/ })).toBeNull();
  expect(within(card()).getByText(/is asked about each time/)).toBeTruthy();
});

test("what was decided elsewhere says so, and the next one is there", async () => {
  const fake = await asks([makeApproval({ id: 7 }), makeApproval({ id: 8, summary: "Edit LICENSE" })]);
  await armed();
  fake.refuse("decide", { code: "conflict", message: "this was decided before, and that counts" });
  fake.client.approvals = async () => [makeApproval({ id: 8, summary: "Edit LICENSE" })];
  await act(async () => allow().click());
  expect(await screen.findByText("This was decided before, and that counts.")).toBeTruthy();
  expect(card().getAttribute("aria-label")).toContain("LICENSE");
});

test("the last one that was decided elsewhere goes, and a message stays", async () => {
  const fake = await asks([makeApproval({ id: 7 })]);
  await armed();
  fake.refuse("decide", { code: "conflict", message: "this was decided before, and that counts" });
  fake.client.approvals = async () => [];
  await act(async () => allow().click());
  expect(await screen.findByText("This was decided before, and that counts.")).toBeTruthy();
  expect(screen.queryByRole("region", { name: /wants your yes/ })).toBeNull();
});

test("several wait one after the other; all of them can be allowed once each was looked at", async () => {
  const long = Array.from({ length: 300 }, (_, at) => `+line ${at}`).join("\n");
  const three = [
    makeApproval({ id: 1, hash: "h1" }),
    makeApproval({ id: 2, hash: "h2", ...command() }),
    makeApproval({
      id: 3,
      hash: "h3",
      summary: "Create notes.md",
      detail: {
        kind: "diff",
        path: "notes.md",
        text: `@@ -0,0 +1,300 @@\n${long}\n`,
        added: 300,
        removed: 0,
        is_new: true,
      },
    }),
  ];
  const fake = await asks(three);
  expect(within(card()).getByText("1 of 3")).toBeTruthy();
  await armed();
  fireEvent.keyDown(card(), { key: "j" });
  expect(within(card()).getByText("2 of 3")).toBeTruthy();
  expect(document.activeElement).toBe(card());
  await armed();
  fireEvent.click(button("Next question"));
  expect(card().querySelectorAll(".diff-line")).toHaveLength(40);
  await armed();
  expect(within(card()).getByText(/: 1 to go/)).toBeTruthy();
  expect(within(card()).queryByRole("button", { name: /Allow all/ })).toBeNull();
  fireEvent.click(button("Show all 300 lines"));
  expect(card().querySelectorAll(".diff-line")).toHaveLength(300);
  fireEvent.click(await within(card()).findByRole("button", { name: "Allow all 3 shown" }));
  await expect
    .poll(() => decisions(fake))
    .toEqual([
      [1, "allow_once", "h1", null],
      [2, "allow_once", "h2", null],
      [3, "allow_once", "h3", null],
    ]);
});

test("what scrolls has been looked at when its end was in sight", async () => {
  const height = vi.spyOn(Element.prototype, "scrollHeight", "get").mockReturnValue(900);
  const seen = vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(400);
  await asks([makeApproval({ id: 1 }), makeApproval({ id: 2 })]);
  await armed();
  const lines = within(card()).getByRole("region", { name: "Changes in README.md" });
  expect(within(card()).getByText(/: 2 to go/)).toBeTruthy();
  lines.scrollTop = 490;
  fireEvent.scroll(lines);
  expect(within(card()).getByText(/: 1 to go/)).toBeTruthy();
  height.mockRestore();
  seen.mockRestore();
});

test("a no to one of several leaves the others, and the next stands there", async () => {
  const fake = await asks([makeApproval({ id: 1 }), makeApproval({ id: 2, summary: "Edit LICENSE" })]);
  fireEvent.click(button(/^Not this/));
  await act(async () => button("Do not do it").click());
  await expect.poll(() => card().getAttribute("aria-label")).toContain("LICENSE");
  expect(decisions(fake)).toHaveLength(1);
  expect(within(card()).queryByText(/ of /)).toBeNull();
});

test("whoever went on to write while a word was on its way keeps the focus", async () => {
  await asks([makeApproval({ id: 1 }), makeApproval({ id: 2, summary: "Edit LICENSE" })]);
  await armed();
  const field = screen.getByRole("textbox", { name: "Message" });
  await act(async () => {
    allow().click();
    field.focus();
  });
  await expect.poll(() => card().getAttribute("aria-label")).toContain("LICENSE");
  expect(document.activeElement).toBe(field);
});

test("where a yes is asked for, long lines are wrapped, so that nothing stands out of sight", async () => {
  const text = `@@ -1 +1 @@\n-a\n+${"b".repeat(300)}\n`;
  const detail = { kind: "diff", path: "a.md", text, added: 1, removed: 1, is_new: false } as const;
  await asks([makeApproval({ detail })]);
  const lines = () => card().querySelector(".diff-lines")?.className;
  expect(button("Wrap long lines").getAttribute("aria-pressed")).toBe("true");
  expect(lines()).toContain("is-wrapped");
  fireEvent.click(button("Wrap long lines"));
  expect(lines()).not.toContain("is-wrapped");
});

test("what it asks is read once for a row, and again when that row changes", async () => {
  const fake = await asks([makeApproval({ id: 1 })]);
  expect(callsOf(fake, "approvals")).toEqual([["tsk_1"]]);
  await act(async () => void fake.change("tsk_1", {}));
  await expect.poll(() => callsOf(fake, "approvals").length).toBe(2);
  await act(async () => void fake.change("tsk_1", { state: "cancelled", approvals: 0 }));
  expect(useStore.getState().approvals).toEqual({});
});

test("what cannot be read says so, with a way to try again", async () => {
  const fake = await openWindow({ conversations: [chat], approvals: [makeApproval()] }, "cnv_1");
  fake.refuse("approvals", { code: "storage", message: "the disk is gone" });
  render(<ThreadPane />);
  await act(async () =>
    fake.push({
      type: "changes",
      rows: { head: 2, summary: null, conversations: [], tasks: [waits(1)], settings: null },
    } as never),
  );
  expect(await screen.findByText("What it asks could not be read. The disk is gone.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("region", { name: /wants your yes/ })).toBeTruthy();
});

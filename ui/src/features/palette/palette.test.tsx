import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../../ipc/fake-rows";
import { openWindow } from "../../ipc/open-window";
import { register } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { findIn } from "./find";
import { Palette } from "./palette";

const rows = {
  conversations: [
    makeConversation({ id: "cnv_1", title: "Wärmepumpen: drei Angebote" }),
    makeConversation({ id: "cnv_2", title: "Nightly import" }),
  ],
  tasks: [
    makeTask({ id: "tsk_1", conversation_id: "cnv_1", lane: "background", title: "Compare three offers" }),
    makeTask({ id: "tsk_2", conversation_id: "cnv_2", title: "Import, watched", prompt: "Summarise this log" }),
  ],
};

const items = () => screen.getAllByRole("option").map((item) => item.textContent);

async function show(some: Parameters<typeof openWindow>[0] = rows) {
  const fake = await openWindow(some);
  render(<Palette />);
  actions.openPalette(true);
  const field = await screen.findByRole("combobox");
  return { fake, type: (text: string) => fireEvent.change(field, { target: { value: text } }), field };
}

test("letters narrow chats, background tasks and commands at once", async () => {
  const end = register("copy-reply", () => true);
  const { type } = await show();
  type("com");
  expect(items()).toEqual(["Compare three offersDone"]);
  type("copy ans");
  expect(items()).toEqual([expect.stringContaining("Copy the last answer")]);
  type("warme ang");
  expect(items()).toEqual(["Wärmepumpen: drei Angebote"]);
  type("zzz");
  expect(screen.queryAllByRole("option")).toEqual([]);
  expect(await screen.findByText(/Nothing found for "zzz"/)).toBeTruthy();
  end();
});

test("Enter opens the chat that is marked", async () => {
  const { type, field } = await show();
  type("night");
  fireEvent.keyDown(field, { key: "Enter" });
  await expect.poll(() => useStore.getState().openConversation).toBe("cnv_2");
  expect(useStore.getState().paletteOpen).toBe(false);
});

test("Esc closes it, and the focus is where it was", async () => {
  await openWindow(rows);
  render(
    <>
      <textarea aria-label="Message" />
      <Palette />
    </>,
  );
  const message = screen.getByLabelText("Message");
  message.focus();
  actions.openPalette(true);
  const field = await screen.findByRole("combobox");
  await expect.poll(() => document.activeElement).toBe(field);
  fireEvent.keyDown(field, { key: "Escape" });
  await expect.poll(() => document.activeElement).toBe(message);
});

test("a command runs as if its keys were pressed", async () => {
  let ran = 0;
  const end = register("settings", () => {
    ran += 1;
    return true;
  });
  const { type, field } = await show();
  type("settings");
  fireEvent.keyDown(field, { key: "Enter" });
  await expect.poll(() => ran).toBe(1);
  end();
});

test("a command with nothing to do just now is not offered", async () => {
  let hasAnswer = false;
  const end = register(
    "copy-reply",
    () => true,
    () => hasAnswer,
  );
  const { type } = await show();
  type("copy ans");
  expect(screen.queryAllByRole("option")).toEqual([]);
  hasAnswer = true;
  type("copy answ");
  expect(items()).toEqual([expect.stringContaining("Copy the last answer")]);
  end();
});

test("without letters the recent chats and all commands are there, and no local keys", () => {
  const found = findIn({ order: [], conversations: {}, tasks: {} }, "", () => true);
  const ids = found.commands.map((command) => command.id);
  expect(ids).toContain("new-chat");
  expect(ids).not.toContain("newline");
  expect(ids).not.toContain("jump-chat");
});

test("what was said is found anywhere in it, and opens at its turn", async () => {
  const { fake, type, field } = await show();
  type("summarise");
  await expect.poll(items).toEqual([expect.stringMatching(/Nightly import, you.*Summarise this/)]);
  fireEvent.keyDown(field, { key: "Enter" });
  await expect.poll(() => useStore.getState().openConversation).toBe("cnv_2");
  expect(useStore.getState().focusTask).toBe("tsk_2");
  expect(fake.calls.filter((call) => call.name === "search").map((call) => call.args)).toEqual([["summarise"]]);
});

test("the first hit is marked each time the hits change, and Enter opens it", async () => {
  const tasks = ["Order these by price", "Order those by name", "Translate it"].map((prompt, at) =>
    makeTask({ id: `tsk_${at + 1}`, turn: at + 1, conversation_id: "cnv_1", prompt }),
  );
  const { type, field } = await show({ ...rows, tasks });
  const marked = () => screen.queryAllByRole("option", { selected: true }).map((item) => item.textContent);
  type("order");
  await expect.poll(() => screen.queryAllByRole("option").length).toBe(2);
  type("translate");
  await expect.poll(items).toEqual([expect.stringContaining("Translate it")]);
  expect(marked()).toEqual(items());
  fireEvent.keyDown(field, { key: "Enter" });
  await expect.poll(() => useStore.getState().focusTask).toBe("tsk_3");
});

test("a search that is refused says so, and titles are still found", async () => {
  const { fake, type } = await show();
  fake.refuse("search", { code: "storage", message: "the disk cannot be read" });
  type("nightly");
  expect(items()).toEqual(["Nightly import"]);
  expect(await screen.findByText(/The disk cannot be read\. Titles were searched\./)).toBeTruthy();
});

test("every section of the settings and what is done with a chat as a whole is found", async () => {
  const { type, field } = await show();
  type("restore backups");
  expect(items(), "by what is in it").toEqual(["Settings: Data"]);
  type("settings da");
  expect(items(), "its name first, then what is in others: the dark theme, a limit of the day").toEqual([
    "Settings: Data",
    "Settings: Usage",
    "Settings: Appearance",
  ]);
  fireEvent.keyDown(field, { key: "Enter" });
  await expect.poll(() => useStore.getState().page).toBe("settings");
  expect(useStore.getState().wantedSection).toBe("data");
  const ids = findIn({ order: [], conversations: {}, tasks: {} }, "", () => true).commands.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["instructions", "export-chat", "import-chats"]));
});

test("filters leave the chats and tasks they fit, and nothing else", async () => {
  const tasks = [
    makeTask({
      id: "tsk_1",
      conversation_id: "cnv_1",
      lane: "background",
      title: "Old",
      model: "home/qwen3",
      state: "failed",
    }),
    makeTask({
      id: "tsk_2",
      conversation_id: "cnv_2",
      lane: "background",
      title: "New",
      model: "cloud/gpt",
      unread: true,
    }),
    makeTask({ id: "tsk_3", conversation_id: "cnv_2", title: "Watched", model: "cloud/gpt", state: "running" }),
  ];
  const { type } = await show({ ...rows, tasks });
  type("is:running");
  expect(items()).toEqual([expect.stringContaining("Watched"), "Nightly import"]);
  type("is:failed model:qwen");
  expect(items()).toEqual([expect.stringContaining("Old"), "Wärmepumpen: drei Angebote", "is:failed model:home/qwen3"]);
  type("is:unread ne");
  expect(items()).toEqual([expect.stringContaining("New")]);
  type("is:un");
  expect(items(), "what it may become").toEqual(["is:running", "is:unread"]);
  type("is:queued");
  expect(await screen.findByText(/With a filter, the chats and the tasks/)).toBeTruthy();
});

test("a filter that is begun is completed by a press", async () => {
  const { type, field } = await show();
  type("model:");
  fireEvent.keyDown(field, { key: "Enter" });
  expect((field as HTMLInputElement).value).toMatch(/^model:\S+ $/);
});

test("what goes on stands first without letters, and a command used last stands before others", async () => {
  const running = makeTask({
    id: "tsk_9",
    conversation_id: "cnv_1",
    lane: "background",
    title: "At work",
    state: "running",
  });
  const searched = { order: [], conversations: rowsById(rows.conversations), tasks: { tsk_9: running } };
  const found = findIn({ ...searched, used: ["usage"] }, "", () => true);
  expect(found.tasks.map(({ id }) => id)).toEqual(["tsk_9"]);
  expect(found.commands[0]?.id).toBe("usage");
});

test("what begins with the words stands before what only has them", () => {
  const conversations = rowsById([
    makeConversation({ id: "cnv_1", title: "The import of last night" }),
    makeConversation({ id: "cnv_2", title: "Import: nightly" }),
  ]);
  const found = findIn({ order: ["cnv_1", "cnv_2"], conversations, tasks: {} }, "imp", () => true);
  expect(found.chats.map(({ id }) => id)).toEqual(["cnv_2", "cnv_1"]);
});

const rowsById = <T extends { id: string }>(all: T[]): Record<string, T> =>
  Object.fromEntries(all.map((one) => [one.id, one]));

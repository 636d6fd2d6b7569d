import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Fake, makeFake } from "../../ipc/fake";
import { type FakeRows, makeConversation, makeModel, makeTask } from "../../ipc/fake-rows";
import { actions, connect } from "../../state/actions";
import { initialState, useStore } from "../../state/store";
import { ThreadPane } from "./thread-pane";

const chat = makeConversation({ id: "cnv_1", title: "Tenders", model: "ollama/qwen3" });

beforeEach(() => useStore.setState(initialState, true));
afterEach(cleanup);

async function opened(rows: FakeRows = {}): Promise<Fake> {
  const fake = makeFake({ conversations: [chat], ...rows });
  render(<ThreadPane />);
  await act(() => connect(fake.client, "cnv_1"));
  return fake;
}

const fileOf = (name: string, bytes: number) => new File(["x".repeat(bytes)], name);
const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
const callsOf = (fake: Fake, name: string) => fake.calls.filter((call) => call.name === name).map((call) => call.args);
const sentOf = (fake: Fake) => callsOf(fake, "sendMessage").map(([args]) => args as Record<string, unknown>);
const dropped = (...files: File[]) => ({ dataTransfer: { files, types: ["Files"] } });
const drop = (...files: File[]) => act(async () => void fireEvent.drop(field(), dropped(...files)));
const chips = (name = "Attached files") => within(screen.getByRole("list", { name })).getAllByRole("listitem");
const press = (name: string | RegExp) => act(async () => screen.getByRole("button", { name }).click());

test("a dropped file is read, kept with the draft, and goes with the prompt", async () => {
  const fake = await opened();
  await drop(fileOf("tender.pdf", 9_000));
  expect(chips()[0]?.textContent).toContain("tender.pdf3 pages, about 2 300 tokens");
  const kept = callsOf(fake, "saveDraft").at(-1)?.[0] as { attachments: { name: string }[] };
  expect(kept.attachments.map((file) => file.name)).toEqual(["tender.pdf"]);

  fireEvent.change(field(), { target: { value: "Who won?" } });
  await act(async () => void fireEvent.keyDown(field(), { key: "Enter" }));
  const file = { hash: "9000", name: "tender.pdf", from: null, to: null };
  expect(sentOf(fake)[0]).toMatchObject({ text: "Who won?", attachments: [file], in_parts: false });
  // Gone from the composer, and shown with the prompt.
  expect(chips()).toHaveLength(1);
  expect(chips()[0]?.closest(".prompt")).toBeTruthy();
  expect(callsOf(fake, "saveDraft").at(-1)?.[0]).toMatchObject({ text: "", attachments: [] });
});

test("a picture is pasted, and text that comes with a picture of it stays text", async () => {
  const fake = await opened();
  const clipboard = (text: string) => ({ clipboardData: { files: [fileOf("shot.png", 40)], getData: () => text } });
  await act(async () => void fireEvent.paste(field(), clipboard("a table")));
  expect(callsOf(fake, "keepFile")).toHaveLength(0);
  await act(async () => void fireEvent.paste(field(), clipboard("")));
  expect(chips()[0]?.textContent).toContain("shot.pngpicture");
});

// F72
test("a book that is pasted becomes a file, and the field stays as it was", async () => {
  await opened();
  const clipboard = { clipboardData: { files: [], getData: () => "x".repeat((1 << 20) + 1) } };
  await act(async () => void fireEvent.paste(field(), clipboard));
  expect(chips()[0]?.textContent).toContain("Pasted text.txt");
  expect(field().value).toBe("");
});

test("a file that cannot be read says why, and the rest can be sent", async () => {
  const fake = await opened();
  fake.refuse("readFile", { code: "invalid", message: "torn.pdf: the PDF is damaged. It was not attached." });
  await drop(fileOf("torn.pdf", 10), fileOf("notes.txt", 400));
  expect(within(chips("Not attached")[0] as HTMLElement).getByRole("alert").textContent).toContain(
    "The PDF is damaged.",
  );
  expect(chips()).toHaveLength(1);
  await press("Remove torn.pdf");
  expect(document.activeElement).toBe(field());
  fireEvent.change(field(), { target: { value: "And?" } });
  await press("Send");
  expect(sentOf(fake)[0]?.attachments).toMatchObject([{ name: "notes.txt" }]);
});

test("a prompt asks before a file that could not be read is left out of it", async () => {
  const fake = await opened();
  fake.refuse("readFile", { code: "invalid", message: "torn.pdf: This PDF is damaged. It was not attached." });
  await drop(fileOf("torn.pdf", 10), fileOf("notes.txt", 400));
  fireEvent.change(field(), { target: { value: "Compare them" } });
  await act(async () => void fireEvent.keyDown(field(), { key: "Enter" }));
  expect(screen.getByText("torn.pdf could not be attached, and will not be sent.")).toBeTruthy();
  const go = () => screen.getByRole("button", { name: "Send without it" });
  expect(document.activeElement).toBe(go());
  fireEvent.keyDown(go(), { key: "Escape" });
  expect([sentOf(fake), field().value, document.activeElement]).toEqual([[], "Compare them", field()]);
  await act(async () => void fireEvent.keyDown(field(), { key: "Enter" }));
  await act(async () => go().click());
  expect(sentOf(fake)[0]).toMatchObject({ text: "Compare them", attachments: [{ name: "notes.txt" }] });
  expect(screen.queryByRole("list", { name: "Not attached" })).toBeNull();
});

test("some pages of a file are sent", async () => {
  const fake = await opened();
  await drop(fileOf("tender.pdf", 30_000));
  await press("Some pages");
  fireEvent.change(screen.getByRole("textbox", { name: "First page" }), { target: { value: "4" } });
  fireEvent.change(screen.getByRole("textbox", { name: "Last page" }), { target: { value: "12" } });
  expect(screen.getByRole("button", { name: "Use these" }).hasAttribute("disabled")).toBe(true);
  fireEvent.change(screen.getByRole("textbox", { name: "Last page" }), { target: { value: "6" } });
  await act(async () => void fireEvent.submit(screen.getByRole("textbox", { name: "Last page" })));
  expect(chips()[0]?.textContent).toContain("pages 4–6 of 10");
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Other pages" }));
  fireEvent.change(field(), { target: { value: "And?" } });
  await press("Send");
  expect(sentOf(fake)[0]?.attachments).toMatchObject([{ from: 4, to: 6 }]);
});

test("a long file is worked on part by part in the background, also without a word", async () => {
  const fake = await opened();
  await drop(fileOf("book.pdf", 90_000));
  expect(screen.getByText(/Part by part, in 6 requests or some more, nothing of them is skipped/)).toBeTruthy();
  await press("Part by part, in the background");
  expect(sentOf(fake)[0]).toMatchObject({ text: "Summarise book.pdf", lane: "background", in_parts: true });
});

test("with a picture nothing is offered part by part, because pictures are looked at as a whole", async () => {
  await opened();
  await drop(fileOf("book.pdf", 90_000), fileOf("shot.png", 40));
  expect(screen.getByText(/once the picture is taken out/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Part by part, in the background" })).toBeNull();
});

test("files that are too long for the model say so, and the pages that fit are offered", async () => {
  const models = [makeModel({ provider: "ollama", name: "qwen3", context: 8_192 })];
  const fake = await opened({ models });
  await drop(fileOf("book.pdf", 90_000));
  expect(screen.getByText(/^The files are about 23 000 tokens, and qwen3 takes about 8 200 tokens/)).toBeTruthy();
  await press("Only pages 1–8");
  expect(chips()[0]?.textContent).toContain("pages 1–8 of 30");
  expect(screen.queryByText(/qwen3 takes/)).toBeNull();
  expect(callsOf(fake, "sendMessage")).toHaveLength(0);
});

test("a model that sees no pictures says so before one is sent", async () => {
  await opened({ models: [makeModel({ provider: "ollama", name: "qwen3", images: false })] });
  await drop(fileOf("shot.png", 40));
  expect(screen.getByText("qwen3 does not look at pictures. Choose a model that does.")).toBeTruthy();
});

test("a new version of a prompt keeps its files", async () => {
  const file = { hash: "400", name: "notes.txt", kind: "text" as const, bytes: 400, places: 1, tokens: 100, notes: [] };
  const fake = await opened({ tasks: [makeTask({ id: "tsk_1", attachments: [file], head: 2 })] });
  await press("Edit and send again");
  await act(async () => within(screen.getByRole("article")).getByRole("button", { name: /^Send/ }).click());
  expect(sentOf(fake)[0]).toMatchObject({ edit_of: "tsk_1", attachments: [{ hash: "400", name: "notes.txt" }] });
});

test("a file that is ready when another chat is open does not replace what is typed in its own", async () => {
  const other = makeConversation({ id: "cnv_2", title: "Other" });
  const fake = await opened({ conversations: [chat, other], drafts: { cnv_1: "half a thought" } });
  let ready = () => {};
  fake.client.keepFile = () => new Promise((resolve) => (ready = () => resolve("400")));
  await drop(fileOf("notes.txt", 400));
  await act(async () => actions.openConversation("cnv_2"));
  await act(async () => ready());
  expect(callsOf(fake, "saveDraft")).toEqual([]);
  await act(async () => actions.openConversation("cnv_1"));
  expect(field().value).toBe("half a thought");
  expect(chips()[0]?.textContent).toContain("notes.txt");
});

test("a file that is too large is refused before it is read", async () => {
  const fake = await opened();
  const large = fileOf("film.mp4", 1);
  Object.defineProperty(large, "size", { value: 200 * 1024 * 1024 });
  await drop(large);
  expect(chips("Not attached")[0]?.textContent).toContain("It has more than 128 MB");
  expect(callsOf(fake, "keepFile")).toEqual([]);
});

test("a draft of the disk that nobody touched is not replaced when the field is left before it is there", async () => {
  const fake = makeFake({ conversations: [chat], newDraft: "half a thought" });
  render(<ThreadPane />);
  fireEvent.blur(field());
  await act(() => connect(fake.client, null));
  fireEvent.blur(field());
  expect(callsOf(fake, "saveDraft")).toEqual([]);
  expect(field().value).toBe("half a thought");
});

test("a folder that is dropped is one chip that can be looked into, and goes with the prompt as one", async () => {
  const fake = await opened({ named: [{ id: 7, name: "project" }] });
  await drop(fileOf("project", 0));
  expect(chips()).toHaveLength(1);
  expect(chips()[0]?.textContent).toContain("4 files, 125 KB, about 31 000 tokens2 left out: 1 picture, 1 link.");
  expect(callsOf(fake, "keepFile")).toEqual([]);
  expect(callsOf(fake, "keepNamed")).toEqual([[7]]);

  await press("Show the files of project");
  const dialog = within(screen.getByRole("dialog", { name: "project" }));
  expect(dialog.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
    "1Cargo.tomlabout 240 tokens",
    "2README.mdabout 1 200 tokens",
    "3src/main.rsabout 12 000 tokens",
    "4src/parse.rsabout 18 000 tokens",
    "docs/logo.pngPictures are not sent with a folder. Attach it by itself.",
    "latestThis is a link, and links are not followed. Attach what it leads to.",
  ]);
  fireEvent.keyDown(dialog.getByText("4 files sent"), { key: "Escape" });
  fireEvent.change(field(), { target: { value: "What is this?" } });
  await press("Send");
  expect(sentOf(fake)[0]?.attachments).toMatchObject([{ hash: "folder 7", name: "project" }]);
  const sent = within(screen.getByRole("article")).getByRole("button", { name: "Show the files of project" });
  await act(async () => sent.click());
  expect(screen.getByRole("dialog", { name: "project" })).toBeTruthy();
});

test("a folder is picked, and some of its files are sent", async () => {
  const fake = await opened({ named: [{ id: 1, name: "project" }] });
  await press("Attach a folder");
  await press("Some files");
  fireEvent.change(screen.getByRole("textbox", { name: "First file" }), { target: { value: "3" } });
  await act(async () => void fireEvent.submit(screen.getByRole("textbox", { name: "Last file" })));
  expect(chips()[0]?.textContent).toContain("files 3–4 of 4, about 30 000 tokens");
  await press("Show the files of project");
  expect(screen.getByText("2 files sent of 4")).toBeTruthy();
  expect(screen.getByText("README.md").parentElement?.textContent).toContain("not sent");
  expect(callsOf(fake, "readFile").at(-1)?.[0]).toMatchObject({ hash: "folder 1", from: 3, to: 4 });
});

test("a folder dialog that is left attaches nothing", async () => {
  const fake = await opened();
  await press("Attach a folder");
  expect(screen.queryByRole("list", { name: "Attached files" })).toBeNull();
  expect(callsOf(fake, "keepNamed")).toEqual([]);
});

test("a folder that is too large says so where its chip would be", async () => {
  const fake = await opened({ named: [{ id: 1, name: "home" }] });
  const message = "home: This folder has more than 1000 files that could be sent. It was not attached.";
  fake.refuse("keepNamed", { code: "invalid", message });
  await press("Attach a folder");
  expect(chips("Not attached")[0]?.textContent).toContain("homeThis folder has more than 1000 files");
});

test("where the desktop does not tell of a dropped folder, its chip says what to do", async () => {
  const fake = await opened();
  const item = { kind: "file", webkitGetAsEntry: () => ({ isDirectory: true }) };
  const dataTransfer = { files: [fileOf("project", 0)], items: [item], types: ["Files"] };
  await act(async () => void fireEvent.drop(field(), { dataTransfer }));
  expect(chips("Not attached")[0]?.textContent).toContain("attach it with the folder button");
  expect(callsOf(fake, "keepFile")).toEqual([]);
});

test("files that look like links to the page are taken when the desktop says what they are", async () => {
  const links = { dataTransfer: { files: [], types: ["text/uri-list", "text/html"] } };
  const overlay = () => screen.queryByText("Drop files or a folder to ask about them");
  const fake = await opened({ named: [{ id: 3, name: "project" }] });
  await act(async () => void fireEvent.dragEnter(field(), links));
  expect(overlay()).toBeTruthy();
  expect(fireEvent.dragOver(field(), links), "a drop is allowed").toBe(false);
  await act(async () => void fireEvent.drop(field(), links));
  expect(overlay()).toBeNull();
  expect(callsOf(fake, "keepNamed")).toEqual([[3]]);
});

test("a link that is dragged into the field stays a link", async () => {
  const links = { dataTransfer: { files: [], types: ["text/uri-list", "text/plain"] } };
  const fake = await opened();
  await act(async () => void fireEvent.dragEnter(field(), links));
  expect(screen.queryByText("Drop files or a folder to ask about them")).toBeNull();
  expect(fireEvent.dragOver(field(), links)).toBe(true);
  await act(async () => void fireEvent.drop(field(), links));
  expect(callsOf(fake, "droppedFiles")).toEqual([]);
});

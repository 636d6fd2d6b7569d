import { expect, test } from "vitest";
import { makeConversation, makeTask } from "../ipc/fake-rows";
import type { Rows, Task, ThreadView, ViewFrame } from "../ipc/types";
import { isFirstRun, snapshotOf, withEarlier, withOpened, withRows, withThread } from "./reduce";
import { defaultSettings, initialState, type State, shownTask } from "./store";

const summary = { working: 0, needs_you: 0, failed: 0, unread: 0, interactive: 0 };
const older = makeConversation({ id: "cnv_a", updated_at: "2026-01-01T00:00:00.000Z" });
const newer = makeConversation({ id: "cnv_b", updated_at: "2026-01-02T00:00:00.000Z" });
const task = makeTask({ id: "tsk_1", conversation_id: "cnv_a", turn: 3, state: "running", head: 5 });

const snapshot = (tasks: Task[] = [task]): Extract<ViewFrame, { type: "snapshot" }> => ({
  type: "snapshot",
  head: 5,
  summary,
  conversations: [older, newer],
  tasks: [],
  thread: {
    conversation_id: "cnv_a",
    path: [{ branch: 0, from: 1 }],
    turns: tasks.map((one) => ({ number: one.turn, tasks: [one], versions: [] })),
    texts: [],
    thoughts: [],
    has_earlier: true,
    draft: "half a thought",
    draft_files: [],
  },
  draft: "",
  draft_files: [],
  settings: defaultSettings,
});

const rows = (change: Partial<Rows>): Rows => ({
  head: 6,
  summary: null,
  conversations: [],
  tasks: [],
  settings: null,
  ...change,
});

const start = (): State => snapshotOf(initialState, snapshot());
const turns = (state: State) => state.thread?.turns.map((turn) => [turn.number, ...turn.tasks]);

test("a snapshot replaces everything the window had", () => {
  const before = { ...initialState, tasks: { gone: makeTask({ id: "gone" }) } };
  const state = snapshotOf(before, snapshot());
  expect(Object.keys(state.tasks)).toEqual(["tsk_1"]);
  expect(state.order).toEqual(["cnv_b", "cnv_a"]);
  expect(state.openConversation).toBe("cnv_a");
  expect(state.thread).toEqual({
    conversationId: "cnv_a",
    path: [{ branch: 0, from: 1 }],
    turns: [{ number: 3, tasks: ["tsk_1"], versions: [] }],
    hasEarlier: true,
    draft: "half a thought",
  });
  expect(state.connection).toBe("live");
});

test("a snapshot leaves alone what the user arranged in the window", () => {
  const state = snapshotOf({ ...initialState, tasksOpen: false, page: "settings" }, snapshot());
  expect([state.tasksOpen, state.page]).toEqual([false, "settings"]);
});

test("another chat takes the place of the one before, and rows that did not change stay the same", () => {
  const before = start();
  const asked = makeTask({ id: "tsk_2", conversation_id: "cnv_b", turn: 1, state: "completed", head: 6 });
  const thread: ThreadView = {
    ...(snapshot([asked]).thread as ThreadView),
    conversation_id: "cnv_b",
    has_earlier: false,
  };
  const state = withOpened(before, { type: "opened", thread, draft: "new", draft_files: [], rows: rows({}) });
  expect(state.openConversation).toBe("cnv_b");
  expect(turns(state)).toEqual([[1, "tsk_2"]]);
  expect(state.newDraft).toBe("new");
  expect(state.conversations).toBe(before.conversations);
  expect(state.tasks.tsk_1).toBe(before.tasks.tsk_1);
});

test("of ended tasks of other chats the newest fifty are kept when a chat is opened", () => {
  const ended = Array.from({ length: 60 }, (_, at) => {
    const ended_at = `2026-01-03T00:00:${String(at).padStart(2, "0")}.000Z`;
    return makeTask({ id: `tsk_e${at}`, conversation_id: "cnv_b", turn: at + 1, state: "completed", ended_at });
  });
  const before = withRows(start(), rows({ tasks: ended }));
  const state = withOpened(before, { type: "opened", thread: null, draft: "", draft_files: [], rows: rows({}) });
  expect(Object.keys(state.tasks)).toHaveLength(51);
  expect(state.tasks.tsk_e9).toBeUndefined();
  expect(state.tasks.tsk_e10).toBeDefined();
  expect(state.thread).toBeNull();
});

test("a changed row replaces the one with its id", () => {
  const state = withRows(start(), rows({ tasks: [{ ...task, state: "completed", head: 6 }] }));
  expect(state.tasks.tsk_1?.state).toBe("completed");
  expect(turns(state)).toEqual([[3, "tsk_1"]]);
});

test("a receipt that arrives after a newer row changes nothing", () => {
  const now = withRows(start(), rows({ tasks: [{ ...task, state: "completed", head: 7 }] }));
  const late = withRows(now, rows({ tasks: [{ ...task, state: "running", head: 6 }] }));
  expect(late.tasks.tsk_1?.state).toBe("completed");
});

test("a new task of the open conversation becomes a turn, another one's does not", () => {
  const here = makeTask({ id: "tsk_2", conversation_id: "cnv_a", turn: 4 });
  const elsewhere = makeTask({ id: "tsk_3", conversation_id: "cnv_b", turn: 1 });
  const state = withRows(start(), rows({ tasks: [here, elsewhere] }));
  expect(turns(state)).toEqual([
    [3, "tsk_1"],
    [4, "tsk_2"],
  ]);
  expect(state.tasks.tsk_3).toEqual(elsewhere);
});

test("another answer joins its turn, and the one that was put forward last is shown", () => {
  const again = makeTask({ id: "tsk_2", conversation_id: "cnv_a", turn: 3, retry_of: "tsk_1" });
  const state = withRows(start(), rows({ tasks: [again] }));
  expect(turns(state)).toEqual([[3, "tsk_1", "tsk_2"]]);
  const shownIn = (state: State) => state.thread?.turns.map((turn) => shownTask(state, turn)?.id);
  expect(shownIn(state)).toEqual(["tsk_2"]);
  const picked = withRows(state, rows({ tasks: [{ ...task, shown_seq: again.shown_seq + 1 }] }));
  expect(shownIn(picked)).toEqual(["tsk_1"]);
});

test("a task of another branch has no place in the thread", () => {
  const elsewhere = makeTask({ id: "tsk_2", conversation_id: "cnv_a", turn: 4, branch: 1 });
  const state = withRows(start(), rows({ tasks: [elsewhere] }));
  expect([turns(state), state.tasks.tsk_2]).toEqual([[[3, "tsk_1"]], elsewhere]);
});

const early = makeTask({ id: "tsk_0", conversation_id: "cnv_a", turn: 2 });
const edited = makeTask({ id: "tsk_2", conversation_id: "cnv_a", turn: 3, branch: 1 });
const versions = [
  { task_id: "tsk_1", branches: [0] },
  { task_id: "tsk_2", branches: [1] },
];
const another: ThreadView = {
  conversation_id: "cnv_a",
  path: [
    { branch: 0, from: 1 },
    { branch: 1, from: 3 },
  ],
  turns: [{ number: 3, tasks: [edited], versions }],
  texts: [],
  thoughts: [],
  has_earlier: true,
  draft: "",
  draft_files: [],
};

test("another version takes the place of the turns below it, and what is shared above stays loaded", () => {
  const loaded = snapshotOf(initialState, snapshot([early, task]));
  const state = withThread(loaded, another);
  expect(turns(state)).toEqual([
    [2, "tsk_0"],
    [3, "tsk_2"],
  ]);
  expect([state.thread?.draft, state.thread?.turns[1]?.versions]).toEqual(["half a thought", versions]);
  const first = { ...another, path: [{ branch: 2, from: 1 }] };
  expect(turns(withThread(loaded, first))).toEqual([[3, "tsk_2"]]);
  expect(withThread(initialState, another)).toBe(initialState);
});

test("earlier turns that were asked for before another version was shown are left out", () => {
  const view = { ...another, path: [{ branch: 0, from: 1 }], turns: [{ number: 2, tasks: [early], versions: [] }] };
  const state = withThread(start(), another);
  expect(withEarlier(state, view)).toBe(state);
});

test("a change of a turn that is not loaded leaves the thread as it is", () => {
  const early = makeTask({ id: "tsk_0", conversation_id: "cnv_a", turn: 1 });
  expect(turns(withRows(start(), rows({ tasks: [early] })))).toEqual([[3, "tsk_1"]]);
});

test("earlier turns go before the ones that are shown, once", () => {
  const view = {
    conversation_id: "cnv_a",
    path: [{ branch: 0, from: 1 }],
    turns: [
      { number: 2, tasks: [early], versions: [] },
      { number: 3, tasks: [task], versions: [] },
    ],
    texts: [],
    thoughts: [],
    has_earlier: false,
    draft: "",
    draft_files: [],
  };
  const state = withEarlier(start(), view);
  expect(turns(state)).toEqual([
    [2, "tsk_0"],
    [3, "tsk_1"],
  ]);
  expect(state.thread?.hasEarlier).toBe(false);
  expect(withEarlier(initialState, view)).toBe(initialState);
});

test("a conversation in the trash leaves the list, and its thread closes", () => {
  const gone = { ...older, deleted_at: "2026-01-03T00:00:00.000Z" };
  const state = withRows(start(), rows({ conversations: [gone] }));
  expect(state.order).toEqual(["cnv_b"]);
  expect([state.openConversation, state.thread]).toEqual([null, null]);
});

test("a conversation that was used moves to the top", () => {
  const used = { ...older, updated_at: "2026-01-04T00:00:00.000Z" };
  expect(withRows(start(), rows({ conversations: [used] })).order).toEqual(["cnv_a", "cnv_b"]);
});

test("what did not change keeps its identity, so that nothing is drawn again", () => {
  const before = start();
  const after = withRows(before, rows({ summary: { ...summary, working: 1 } }));
  expect(after.tasks).toBe(before.tasks);
  expect(after.thread).toBe(before.thread);
  expect(after.order).toBe(before.order);
});

test("the first run begins with the welcome, unless a command has started something before", () => {
  expect(isFirstRun({ ...snapshot(), conversations: [] })).toBe(true);
  expect(isFirstRun(snapshot())).toBe(false);
  expect(isFirstRun({ ...snapshot(), conversations: [], settings: { ...defaultSettings, welcomed: true } })).toBe(
    false,
  );
});

import { expect, test } from "vitest";
import { makeConversation } from "../../ipc/fake-rows";
import { groupsByDay } from "./groups";

test("chats stand under the day they were last used, by the local clock", () => {
  const now = new Date(2025, 10, 21, 0, 30).getTime();
  const at = (day: number, hour: number) => new Date(2025, 10, day, hour).toISOString();
  const chats = [
    makeConversation({ title: "just now", updated_at: at(21, 0) }),
    makeConversation({ title: "last evening", updated_at: at(20, 23) }),
    makeConversation({ title: "yesterday morning", updated_at: at(20, 0) }),
    makeConversation({ title: "before", updated_at: at(19, 23) }),
  ];
  const groups = groupsByDay(chats, now).map((group) => [group.title, group.conversations.map((one) => one.title)]);
  expect(groups).toEqual([
    ["Today", ["just now"]],
    ["Yesterday", ["last evening", "yesterday morning"]],
    ["Earlier", ["before"]],
  ]);
});

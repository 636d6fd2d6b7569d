import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeApproval } from "../ipc/fake-agents";
import { coverWords, neverWords, permitWords } from "../state/agent-words";
import { YesActs } from "./approval-acts";
import { ApprovalDetail } from "./approval-detail";
import { Refusal } from "./approval-no";

const detail = {
  kind: "remote",
  server: "files",
  tool: "read",
  arguments: '{\n  "path": "a.txt"\n}',
  place: "files-server /srv",
  definition: "d1",
} as const;
const asked = makeApproval({ tool: "files__read", effect: "send", detail });

test("of a call of a server it is shown who gets what, and said what always allowing would cover", () => {
  render(<ApprovalDetail asked={asked} onEnd={() => {}} />);
  expect(screen.getByRole("region", { name: "What files gets" }).textContent).toBe(detail.arguments);
  expect(screen.getByText("files-server /srv")).toBeTruthy();
  expect(coverWords(asked, null)).toBe("Whatever read of files is given, while it describes itself as now");
  expect(neverWords(asked, null)).toBe(
    "Whatever read of files is given, in every folder and however it describes itself",
  );
});

test("a standing word about a tool of a server is for that tool, in every folder", async () => {
  const said: unknown[] = [];
  const onDecide = (decision: unknown) => void said.push(decision);
  const rest = { asked, isArmed: true, onRefuse: () => {}, onEnd: () => {}, onDecide };
  const { rerender } = render(<YesActs {...rest} cover={coverWords(asked, null)} />);
  fireEvent.keyDown(screen.getByRole("button", { name: /^Allow…/ }), { key: "Enter" });
  fireEvent.click(
    await screen.findByRole("menuitem", { name: /Always for this tool of files.*in every folder, by any agent/ }),
  );
  const no = { act: "Do not do it", never: neverWords(asked, null), neverAct: "Never this tool" };
  rerender(<Refusal {...no} onDecide={onDecide} onLeave={() => {}} />);
  expect(
    screen.getByText(/^Never this tool forbids from now on: whatever read of files is given, in every/),
  ).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Never this tool" }));
  expect(said).toEqual(["allow_always", "reject_always"]);
});

test("of a page all that is sent is shown, and what always allowing or forbidding its host would cover", () => {
  const detail = { kind: "page", url: "https://example.com/a?b=c", host: "example.com", is_near: false } as const;
  const asked = makeApproval({ tool: "fetch_page", effect: "send", detail });
  const { rerender } = render(<ApprovalDetail asked={asked} onEnd={() => {}} />);
  expect(screen.getByRole("region", { name: "What example.com gets" }).textContent).toBe(detail.url);
  expect(screen.queryByText(/own network/)).toBeNull();
  expect(coverWords(asked, null)).toBe("Every page of example.com, for work without a folder");
  const near = { ...asked, detail: { ...detail, is_near: true } };
  rerender(<ApprovalDetail asked={near} onEnd={() => {}} />);
  expect(screen.getByText(/a computer in your own network/)).toBeTruthy();
  expect(coverWords(near, "/home/user/ferry")).toBeNull();
  expect(neverWords(near, "/home/user/ferry")).toBe("Every page of example.com, for work in ferry/");
  const permit = { id: 1, tool: "fetch_page", folder: "", arguments: "example.com", given_at: "", expires_at: "" };
  expect(permitWords({ ...permit, denies: true })).toEqual({ words: "Never read pages of", line: "example.com" });
});

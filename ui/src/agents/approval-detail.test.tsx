import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeApproval } from "../ipc/fake-agents";
import { coverWords, neverWords, permitWords } from "../state/agent-words";
import { ApprovalDetail } from "./approval-detail";

test("of a call of a server it is shown who gets what, and said what always allowing would cover", () => {
  const detail = {
    kind: "remote",
    server: "files",
    tool: "read",
    arguments: '{\n  "path": "a.txt"\n}',
    place: "files-server /srv",
    definition: "d1",
  } as const;
  const asked = makeApproval({ tool: "files__read", effect: "send", detail });
  render(<ApprovalDetail asked={asked} onEnd={() => {}} />);
  expect(screen.getByRole("region", { name: "What files gets" }).textContent).toBe(detail.arguments);
  expect(screen.getByText("files-server /srv")).toBeTruthy();
  expect(coverWords(asked, null)).toBe("Whatever read of files is given, while it describes itself as now");
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

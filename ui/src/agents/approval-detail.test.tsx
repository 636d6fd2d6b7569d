import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeApproval } from "../ipc/fake-agents";
import { coverWords } from "../state/agent-words";
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

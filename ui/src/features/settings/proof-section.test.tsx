import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { soundProof } from "../../ipc/fake-proof";
import { openWindow } from "../../ipc/open-window";
import { ProofSection } from "./proof-section";

const pull = () => fireEvent.click(screen.getByRole("button", { name: "Pull the plug" }));

test("the test says each kill, what was left, and that nothing was lost", async () => {
  await openWindow();
  render(<ProofSection />);
  pull();
  expect((await screen.findByRole("status")).textContent).toMatch(
    /^Nothing was lost: killed 3 times, 0 of 1 937 bytes gone, told once\./,
  );
  expect(screen.getByText("Killed after 747 bytes were shown.")).toBeTruthy();
  expect(screen.getAllByText("Back after 40 milliseconds with all of it. It goes on.")).toHaveLength(3);
  expect(screen.getByText("1 047 of 1 937 bytes shown")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Once more" })).toBeTruthy();
});

test("whatever does not hold is named", async () => {
  const findings = ["I8: it ended in the background and does not have exactly one delivery"];
  await openWindow({ proof: { ...soundProof, lost: 12, told: 2, is_whole: false, findings, holds: false } });
  render(<ProofSection />);
  pull();
  const said = (await screen.findByRole("alert")).textContent;
  expect(said).toContain("12 of 1 937 bytes that were shown are gone.");
  expect(said).toContain("The end was told 2 times instead of once.");
  expect(said).toContain("not the one that an undisturbed run gives");
  expect(said).toContain(findings[0]);
});

test("a test that could not be made says why", async () => {
  const fake = await openWindow();
  fake.refuse("prove", { code: "conflict", message: "a test is running already; it takes about 15 seconds" });
  render(<ProofSection />);
  pull();
  expect((await screen.findByRole("alert")).textContent).toBe("A test is running already; it takes about 15 seconds.");
});

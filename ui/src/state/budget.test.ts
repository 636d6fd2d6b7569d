import { expect, test } from "vitest";
import { makeTask } from "../ipc/fake-rows";
import { addLabel, budgetWords, canAdd, doubled } from "./budget";

const none = { usd: null, tokens: null, seconds: null };

test("the button says the amount that is added, and twice the cap is kept", () => {
  expect(addLabel({ ...none, usd: 0.05 })).toBe("Add $0.05");
  expect(addLabel({ ...none, tokens: 2_000 })).toMatch(/^Add 2.000 tokens$/);
  expect(addLabel({ usd: 0.5, tokens: 2_000, seconds: null })).toBe("Double its caps");
  expect(doubled({ usd: 0.5, tokens: 2_000, seconds: null })).toEqual({ usd: 1, tokens: 4_000, seconds: null });
});

test("what is not limited is not said", () => {
  expect(budgetWords(none)).toBe("");
  expect(budgetWords({ ...none, seconds: 60 })).toBe("1 m 00 s");
});

test("more money does not help where the price is unknown", () => {
  const error = { code: "budget", message: "Its cap of $0.05 is reached.", hint: "", retryable: true };
  const task = makeTask({ state: "waiting", reason: "budget", budget: { ...none, usd: 0.05 }, error });
  expect(canAdd(task)).toBe(true);
  expect(canAdd({ ...task, error: { ...error, message: "The price of this model is not known." } })).toBe(false);
});

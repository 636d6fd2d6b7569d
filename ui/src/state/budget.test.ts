import { expect, test } from "vitest";
import { makeTask } from "../ipc/fake-rows";
import { addLabel, budgetWords, canAdd, raised } from "./budget";

const none = { usd: null, tokens: null, seconds: null };

test("the button says the amount that is added", () => {
  expect(addLabel({ ...none, usd: 0.05 })).toBe("Add $0.05");
  expect(addLabel({ ...none, tokens: 2_000 })).toMatch(/^Add 2.000 tokens$/);
  expect(addLabel({ usd: 0.5, tokens: 2_000, seconds: null })).toBe("Add as much again");
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

test("what is added comes on top of what was used", () => {
  const budget = { usd: 0.5, tokens: 20, seconds: null };
  const usage = { input_tokens: 4, output_tokens: 46, cost_usd: 0.1, estimated: true };
  const task = { ...makeTask({ usage }), budget };
  expect(raised(task, 0)).toEqual({ usd: 1, tokens: 66, seconds: null });
});

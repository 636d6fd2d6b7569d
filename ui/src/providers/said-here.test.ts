import { expect, test } from "vitest";
import { saidHere } from "./said-here";

test("nobody is sent to the place where they are", () => {
  const refused = "The provider refused the key. Enter another key in the settings, then continue.";
  expect(saidHere(refused)).toBe("The provider refused the key. Enter another key.");
  expect(saidHere("No key. Enter a key in the settings, or choose another model.")).toBe(
    "No key. Enter a key, or choose another model.",
  );
  expect(saidHere("It is not a provider. Check the address in the settings.")).toBe(
    "It is not a provider. Check the address.",
  );
  expect(saidHere("The disk is full.")).toBe("The disk is full.");
});

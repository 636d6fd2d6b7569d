// A busy computer may take seconds for what is usually there at once. The limits only end a test that hangs.
import { configure } from "@testing-library/react";
import { afterAll } from "vitest";

configure({ asyncUtilTimeout: 10_000 });

// Of the runtime of the tests; a page has none.
declare const setImmediate: (run: () => void) => void;

/** Turns of the loop in which React does what it has begun: a change, what that makes it draw, and what follows from that. */
const TURNS = 3;

// The window of a file is taken away after its last test, and React needs it until it is done.
afterAll(async () => {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
});

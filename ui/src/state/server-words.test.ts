import { expect, test } from "vitest";
import { emptyServer, newServerOf, serverFlaws, wordsOfLine } from "./server-words";

test("a line is cut into words as a shell would", () => {
  expect(wordsOfLine(`npx -y 'a server' "/my files" x'y z'`)).toEqual(["npx", "-y", "a server", "/my files", "xy z"]);
  expect(wordsOfLine("  ")).toEqual([]);
  expect(wordsOfLine("a ''")).toEqual(["a", ""]);
});

test("what cannot be a server is said before anybody is asked", () => {
  expect(Object.keys(serverFlaws({ ...emptyServer, name: "my files" }))).toEqual(["name", "place"]);
  const half = { ...emptyServer, name: "a", line: "x", variables: [{ name: "KEY", value: "" }] };
  expect(Object.keys(serverFlaws(half))).toEqual(["variables"]);
});

test("only what belongs to its kind is sent", () => {
  const draft = { ...emptyServer, name: "a", line: "x y", token: "t", variables: [{ name: "K", value: "v" }] };
  expect(newServerOf(draft)).toEqual({
    name: "a",
    place: { kind: "program", words: ["x", "y"] },
    variables: { K: "v" },
    token: null,
  });
  const address = newServerOf({ ...draft, kind: "address", url: "https://example.org/mcp" });
  expect([address.token, address.variables]).toEqual(["t", {}]);
});

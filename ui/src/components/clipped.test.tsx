import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { clipped } from "./clipped";

test("a line has its text as a tooltip only while it is cut", () => {
  render(<span {...clipped}>A long title</span>);
  const line = screen.getByText("A long title");
  const isWide = (width: number) => Object.defineProperty(line, "scrollWidth", { value: width, configurable: true });
  isWide(200);
  fireEvent.pointerEnter(line);
  expect(line.title).toBe("A long title");
  isWide(0);
  fireEvent.pointerEnter(line);
  expect(line.hasAttribute("title")).toBe(false);
});

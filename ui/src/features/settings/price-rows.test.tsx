import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { callsOf, openWindow } from "../../ipc/open-window";
import { useStore } from "../../state/store";
import { PriceRows } from "./price-rows";

function Rows() {
  return <PriceRows settings={useStore((state) => state.settings)} />;
}

const prices = () => useStore.getState().settings.prices;
const type = (label: string, value: string) => {
  const field = screen.getByLabelText(label);
  fireEvent.change(field, { target: { value } });
  fireEvent.blur(field);
};

async function open(more: Parameters<typeof openWindow>[0] = {}) {
  const models = [
    { provider: "openai", name: "gpt", price: { input: 2.5, cached: null, output: 10 } },
    { provider: "office", name: "own" },
  ];
  const fake = await openWindow({ models, ...more });
  render(<Rows />);
  return fake;
}

async function choose(name: RegExp) {
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "A price of your own: Choose a model" })));
  await act(async () => fireEvent.click(screen.getByRole("option", { name })));
}

test("a price is kept once it is whole, and shown beside what was published, with its day", async () => {
  const fake = await open();
  await choose(/^gpt,/);
  expect(document.activeElement).toBe(screen.getByLabelText("Read, of openai/gpt"));
  expect(screen.getByText("Published on 2025-10-01: $2.50 / $10 per million.")).toBeTruthy();
  expect(callsOf(fake, "saveSettings")).toEqual([]);
  type("Read, of openai/gpt", "2,00");
  expect(screen.getByRole("alert").textContent).toMatch(/^Not kept yet/);
  expect(prices()).toEqual({});
  await act(async () => type("Written, of openai/gpt", "$8"));
  expect(screen.queryByRole("alert")).toBeNull();
  expect(prices()).toEqual({ "openai/gpt": { input: 2, cached: null, output: 8 } });
  await act(async () => type("Cached, of openai/gpt", "0.5"));
  expect(prices()).toEqual({ "openai/gpt": { input: 2, cached: 0.5, output: 8 } });
});

test("a model nobody has a price for is unknown until it is typed, and no amount is no price", async () => {
  await open();
  await choose(/^own,/);
  expect(screen.getByText("Otherwise its price is unknown.")).toBeTruthy();
  type("Read, of office/own", "cheap");
  type("Written, of office/own", "-1");
  expect(prices()).toEqual({});
  type("Read, of office/own", "0");
  await act(async () => type("Written, of office/own", "0"));
  expect(prices()).toEqual({ "office/own": { input: 0, cached: null, output: 0 } });
});

test("a price of one's own can be taken back", async () => {
  await open({ settings: { prices: { "openai/gpt": { input: 1, cached: null, output: 2 } } } });
  expect((screen.getByLabelText("Read, of openai/gpt") as HTMLInputElement).value).toBe("1");
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "No price of your own for openai/gpt" })));
  expect(prices()).toEqual({});
  expect(screen.queryByText("openai/gpt")).toBeNull();
});

test("what is no amount is refused in words at once, and what is saved says so", async () => {
  await open({ settings: { prices: { "openai/gpt": { input: 1, cached: null, output: 2 } } } });
  const read = screen.getByLabelText("Read, of openai/gpt");
  fireEvent.change(read, { target: { value: "abc" } });
  // The hand goes on to the next field of the row.
  fireEvent.blur(read, { relatedTarget: screen.getByLabelText("Cached, of openai/gpt") });
  const alert = screen.getByRole("alert");
  expect(alert.textContent).toBe('Not kept yet: "abc" is no amount. Write dollars, such as 2.50.');
  expect(alert.className).toContain("set-bad");
  expect(read.getAttribute("aria-invalid")).toBe("true");
  expect(read.getAttribute("aria-describedby")).toBe(alert.id);
  expect(screen.queryByText("Saved")).toBeNull();
  await act(async () => type("Read, of openai/gpt", "1.5"));
  expect(screen.queryByRole("alert")).toBeNull();
  expect(screen.getByText("Saved").getAttribute("role")).toBe("status");
  expect(prices()).toEqual({ "openai/gpt": { input: 1.5, cached: null, output: 2 } });
});

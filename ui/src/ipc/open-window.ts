// For tests: a window that follows a fake process.
import { cleanup } from "@testing-library/react";
import { clearToasts } from "../components/toast";
import { actions, connect } from "../state/actions";
import { initialState, useStore } from "../state/store";
import { type Fake, makeFake } from "./fake";
import type { FakeRows } from "./fake-rows";
import type { ConversationId } from "./types";

/** A store that has its first frame, and the strings of the process it came from. */
export async function openWindow(rows: FakeRows = {}, conversationId: ConversationId | null = null): Promise<Fake> {
  fillIn();
  cleanup();
  clearToasts();
  localStorage.clear();
  useStore.setState(initialState, true);
  const fake = makeFake(rows);
  const isLive = new Promise<void>((resolve) => {
    const end = useStore.subscribe((state) => {
      if (state.connection !== "live") return;
      end();
      resolve();
    });
  });
  await connect(fake.client, conversationId);
  await isLive;
  // The first frame of a new user opens the welcome; tests ask for their page.
  actions.setPage("chat");
  return fake;
}

/** The arguments of every call of one name, in order. */
export function callsOf(fake: Fake, name: Fake["calls"][number]["name"]): unknown[][] {
  return fake.calls.filter((call) => call.name === name).map((call) => call.args);
}

// What the parts ask of a browser and jsdom does not have.
function fillIn(): void {
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  Range.prototype.getBoundingClientRect ??= () => new DOMRect();
  Element.prototype.scrollIntoView ??= () => {};
  Element.prototype.hasPointerCapture ??= () => false;
  Element.prototype.setPointerCapture ??= () => {};
  Element.prototype.releasePointerCapture ??= () => {};
}

import { SERIALIZE_TO_IPC_FN, transformCallback } from "@tauri-apps/api/core";

/** What the process calls the page with. A large message is fetched first, and so may come after its successors. */
type Sent<T> = { index: number; message: T } | { index: number; end: true };

// The same on the wire as the library's `Channel` (`core.js` of @tauri-apps/api 2.12, `ipc/channel.rs` of tauri 2.12): look
// there again when either moves.

/**
 * A channel from the process, to be handed to a command: `take` gets each message once, in the order they were sent.
 *
 * The library has one too, made for any use. This one does less for each message: the text that streams comes this way.
 */
export function channel<T>(take: (message: T) => void): object {
  let next = 0;
  const early = new Map<number, Sent<T>>();
  const deliver = (sent: Sent<T>) => {
    next += 1;
    if ("end" in sent) {
      internals().unregisterCallback(id);
      return;
    }
    try {
      take(sent.message);
    } catch (error) {
      // One message that could not be shown must not hold up the rest.
      reportError(error);
    }
  };
  const id = transformCallback((sent: Sent<T>) => {
    if (sent.index !== next) {
      early.set(sent.index, sent);
      return;
    }
    deliver(sent);
    if (early.size > 0) deliverEarly();
  });
  function deliverEarly() {
    for (let sent = early.get(next); sent; sent = early.get(next)) {
      early.delete(sent.index);
      deliver(sent);
    }
  }
  const name = `__CHANNEL__:${id}`;
  return { [SERIALIZE_TO_IPC_FN]: () => name, toJSON: () => name };
}

function internals(): { unregisterCallback(id: number): void } {
  return (window as unknown as { __TAURI_INTERNALS__: ReturnType<typeof internals> }).__TAURI_INTERNALS__;
}

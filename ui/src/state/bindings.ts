// The keys that the user gave to shortcuts: kept with the settings, in force at once.
import { rebind } from "../keys/bindings";
import { useStore } from "./store";

let stop = () => {};

/** Begins to hold the keys to what the settings say. */
export function followBindings(): void {
  stop();
  rebind(useStore.getState().settings.shortcuts);
  stop = useStore.subscribe((state, before) => {
    if (state.settings.shortcuts !== before.settings.shortcuts) rebind(state.settings.shortcuts);
  });
}

/** Whether Enter sends; otherwise it begins a new line, and with Ctrl it sends. */
export const entersSend = (shortcuts: Record<string, string | null>): boolean => shortcuts.newline !== "Enter";

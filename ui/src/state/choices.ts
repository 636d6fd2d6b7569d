// What the user can choose. Every choice is stored at once.
import type { Admission, Audit, Calibration, Proposed, Settings, Task } from "../ipc/types";
import type { ShortcutId } from "../keys/shortcuts";
import { ask, attempt, take } from "./connection";
import { useStore } from "./store";

export const choices = {
  async saveSettings(change: Partial<Settings>): Promise<void> {
    const settings = await attempt(ask().saveSettings({ ...useStore.getState().settings, ...change }));
    if (settings) useStore.setState({ settings });
  },

  /** Keeps a task in sight, or no longer. */
  async pin(task: Task, pinned: boolean): Promise<void> {
    const isDone = await attempt(
      ask()
        .pinTask(task.id, pinned)
        .then(() => true),
    );
    // What nobody follows any more comes with no frame.
    if (isDone) take({ ...(useStore.getState().tasks[task.id] ?? task), pinned });
  },

  /** A model that is marked stands first where one is chosen; the newest mark is the last. */
  toggleFavourite(model: string): void {
    const { favourites } = useStore.getState().settings;
    const rest = favourites.filter((one) => one !== model);
    const isOn = rest.length < favourites.length;
    void choices.saveSettings({ favourites: isOn ? rest : [...rest, model] });
  },

  /** Gives a shortcut these keys, or none; whoever was given them before is left without. */
  bindKeys(id: ShortcutId, keys: string | null): Promise<void> {
    const { shortcuts } = useStore.getState().settings;
    const others = Object.entries(shortcuts).map(([other, held]) => [other, held === keys ? null : held]);
    return choices.saveSettings({ shortcuts: { ...Object.fromEntries(others), [id]: keys } });
  },

  /** Gives shortcuts the keys they come with. */
  unbindKeys(...ids: ShortcutId[]): Promise<void> {
    const kept = Object.entries(useStore.getState().settings.shortcuts);
    return choices.saveSettings({
      shortcuts: Object.fromEntries(kept.filter(([id]) => !ids.some((one) => one === id))),
    });
  },

  /** Chooses what Enter does: send, or begin a new line. */
  setEnterSends(sends: boolean): Promise<void> {
    if (sends) return choices.unbindKeys("send", "newline");
    const { shortcuts } = useStore.getState().settings;
    return choices.saveSettings({ shortcuts: { ...shortcuts, send: "Mod+Enter", newline: "Enter" } });
  },

  /** What would be suggested for a draft; `null` when nobody knows, which is no reason to say anything. */
  async admit(proposed: Proposed): Promise<Admission | null> {
    try {
      return await ask().admit(proposed);
    } catch {
      return null;
    }
  },

  audit: (): Promise<Audit> => ask().audit(),

  calibration: (): Promise<Calibration> => ask().calibration(),

  /** As much again of today's limit; what waits for it goes on. */
  async allowToday(): Promise<void> {
    const settings = await attempt(ask().allowToday());
    if (settings) useStore.setState({ settings });
  },
};

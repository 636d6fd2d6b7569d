// What stands where in the window, and what is open over it.
import type { TaskId } from "../ipc/types";
import type { SectionId } from "./sections";
import { initialState, type Page, useStore } from "./store";

export const layout = {
  setPage(page: Page): void {
    useStore.setState({ page, focusComposer: page === "chat", keyFor: null, wantedSection: null });
  },
  /** Opens the settings at one of their sections. */
  openSettings(section: SectionId): void {
    layout.setPage("settings");
    useStore.setState({ wantedSection: section });
  },
  /** Opens the settings where the key of this provider is entered. */
  enterKey(provider: string): void {
    layout.setPage("settings");
    useStore.setState({ keyFor: provider });
  },
  toggleList(open?: boolean): void {
    useStore.setState((state) => ({ listOpen: open ?? !state.listOpen }));
  },
  /** Shows or hides the tasks; they stand beside the chat, so from another page this goes there. */
  toggleTasks(open?: boolean): void {
    useStore.setState(({ page, tasksOpen }) => ({ page: "chat", tasksOpen: open ?? (page !== "chat" || !tasksOpen) }));
  },
  /** What a window of this width has room for, whenever that changes. */
  fit(room: { list: boolean } | { tasks: boolean }): void {
    useStore.setState("list" in room ? { listOpen: room.list } : { tasksOpen: room.tasks });
  },
  /** Opens or closes the field for a prompt that goes to the background at once. */
  askNewTask(open: boolean): void {
    useStore.setState(open ? { page: "mission", newTaskOpen: true } : { newTaskOpen: false });
  },
  /** Goes to what a task asks, where that stands on this page. */
  reviewHere(taskId: TaskId): void {
    useStore.setState({ reviewTask: taskId });
  },
  openPalette(open: boolean): void {
    useStore.setState({ paletteOpen: open });
  },
  openShortcuts(open: boolean): void {
    useStore.setState({ shortcutsOpen: open });
  },
  closeDialog(): void {
    useStore.setState({ dialog: null });
  },
  dismissProblem(): void {
    useStore.setState({ problem: null });
  },
  /** What a part of the window was asked to do once, and did. */
  wishDone(
    wish: "focusTask" | "sentTask" | "focusComposer" | "unfoldTask" | "keyFor" | "wantedSection" | "reviewTask",
  ): void {
    useStore.setState({ [wish]: initialState[wish] });
  },
};

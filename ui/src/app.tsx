import { useEffect } from "react";
import { Toaster } from "./components/toast";
import { ThreadPane } from "./features/chat/thread-pane";
import { ConversationPane } from "./features/conversations/conversation-pane";
import { DesktopDialogs } from "./features/desktop/desktop-dialogs";
import { Palette } from "./features/palette/palette";
import { QuickAsk } from "./features/quick-ask/quick-ask";
import { SettingsPage } from "./features/settings/settings-page";
import { ShortcutSheet } from "./features/shortcuts/shortcut-sheet";
import { TasksPanel } from "./features/tasks/tasks-panel";
import { TasksStrip, TasksToggle } from "./features/tasks/tasks-toggle";
import { Welcome } from "./features/welcome/welcome";
import { useShortcut } from "./keys/registry";
import { actions } from "./state/actions";
import { type Page, useStore } from "./state/store";
import "./app.css";

/** The window: a page, and what may lie over it. */
export function App({ isQuickAsk }: { isQuickAsk: boolean }) {
  useTheme();
  return isQuickAsk ? <QuickAsk /> : <MainWindow />;
}

function MainWindow() {
  const page = useStore((state) => state.page);
  useWindowShortcuts();
  return (
    <>
      <CurrentPage page={page} />
      <Palette />
      <ShortcutSheet />
      <DesktopDialogs />
      <Toaster />
    </>
  );
}

function CurrentPage({ page }: { page: Page }) {
  switch (page) {
    case "chat":
      return (
        <div className="app">
          <button type="button" className="btn skip" onClick={skipToComposer}>
            Skip to the text field
          </button>
          <ConversationPane />
          <ThreadPane headerEnd={<TasksToggle />} foot={<TasksStrip />} />
          <TasksPanel />
        </div>
      );
    case "settings":
      return (
        <div className="app">
          <ConversationPane />
          <SettingsPage />
        </div>
      );
    case "welcome":
      return <Welcome />;
    default:
      return unknownPage(page);
  }
}

/** Shortcuts that mean the same on every page. */
function useWindowShortcuts(): void {
  useShortcut("new-chat", () => run(actions.newChat));
  useShortcut("next-chat", () => run(() => actions.stepConversation(1)));
  useShortcut("previous-chat", () => run(() => actions.stepConversation(-1)));
  useShortcut("jump-chat", (event) => {
    const id = useStore.getState().order[Number(event.code.replace("Digit", "")) - 1];
    if (id) actions.openConversation(id);
    return true;
  });
  useShortcut("palette", () => run(() => actions.openPalette(!useStore.getState().paletteOpen)));
  useShortcut("tasks", () => run(actions.toggleTasks));
  useShortcut("list", () => run(actions.toggleList));
  useShortcut("settings", () => run(() => actions.setPage("settings")));
  useShortcut("shortcuts", () => run(() => actions.openShortcuts(true)));
}

function run(act: () => void): true {
  act();
  return true;
}

function useTheme(): void {
  const theme = useStore((state) => (state.connection === "loading" ? null : state.settings.theme));
  useEffect(() => {
    if (theme === null) return;
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Without storage the first moment of a window follows the system.
    }
  }, [theme]);
}

function skipToComposer(): void {
  document.querySelector<HTMLTextAreaElement>("#composer")?.focus();
}

function unknownPage(_page: never): null {
  return null;
}

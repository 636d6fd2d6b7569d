import { useEffect, useLayoutEffect, useRef } from "react";
import { NARROW, SMALL, useMedia } from "./components/media";
import { Toaster, undoNewest } from "./components/toast";
import { AuditPage } from "./features/audit/audit-page";
import { ThreadPane } from "./features/chat/thread-pane";
import { ConversationPane } from "./features/conversations/conversation-pane";
import { DesktopDialogs } from "./features/desktop/desktop-dialogs";
import { StartOffer } from "./features/desktop/start-offer";
import { Palette } from "./features/palette/palette";
import { QuickAsk } from "./features/quick-ask/quick-ask";
import { SettingsPage } from "./features/settings/settings-page";
import { ShortcutSheet } from "./features/shortcuts/shortcut-sheet";
import { AwayCard } from "./features/tasks/away/away-card";
import { MissionPage } from "./features/tasks/mission/mission-page";
import { useReadNew } from "./features/tasks/read-new";
import { TasksPanel } from "./features/tasks/tasks-panel";
import { TasksStrip, TasksToggle } from "./features/tasks/tasks-toggle";
import { UsagePage } from "./features/usage/usage-page";
import { Welcome } from "./features/welcome/welcome";
import { t } from "./i18n";
import type { Task, Theme } from "./ipc/types";
import { inField, useShortcut } from "./keys/registry";
import { actions } from "./state/actions";
import { quietly } from "./state/connection";
import { rememberedTextSize } from "./state/remembered";
import { useStore } from "./state/store";
import { isPausable } from "./state/task-words";
import { MOST_OF_TEXT, textSizeOf, textSizes } from "./state/text-size";
import { MORE_CONTRAST, wearTheme } from "./state/theme";
import "./app.css";

/** The window: a page, and what may lie over it. */
export function App({ isQuickAsk }: { isQuickAsk: boolean }) {
  useTheme();
  useTextSize(isQuickAsk);
  // Keys stand in tooltips and hints everywhere: with other keys all of it is drawn anew.
  useStore((state) => state.settings.shortcuts);
  return isQuickAsk ? <QuickAsk /> : <MainWindow />;
}

function MainWindow() {
  const isWelcome = useStore((state) => state.page === "welcome");
  useWindowShortcuts();
  useFittingPanes();
  return (
    <>
      {isWelcome ? <Welcome /> : <Panes />}
      <Palette />
      <ShortcutSheet />
      <DesktopDialogs />
      {isWelcome && <Toaster />}
    </>
  );
}

/** The list of chats keeps its place while the page beside it changes. */
function Panes() {
  const page = useStore((state) => state.page);
  const isChat = page === "chat";
  // What a pane lies over is out of reach for keys and speech as it is for the pointer.
  const isSmall = useMedia(SMALL);
  const isNarrow = useMedia(NARROW);
  const isUnderTasks = useStore((state) => state.tasksOpen) && isSmall && isChat;
  const isUnderList = useStore((state) => state.listOpen) && isNarrow;
  return (
    <div className="app">
      <div className="app-part" inert={isUnderTasks}>
        {isChat && !isUnderList && (
          <button type="button" className="btn skip" onClick={skipToComposer}>
            {t("Skip to the text field")}
          </button>
        )}
        <ConversationPane />
      </div>
      <div className="app-page">
        <div className="app-part" inert={isUnderTasks || isUnderList}>
          {isChat ? (
            <ThreadPane headerEnd={<TasksToggle />} foot={<Foot />} />
          ) : page === "mission" ? (
            <MissionPage />
          ) : page === "usage" ? (
            <UsagePage />
          ) : page === "audit" ? (
            <AuditPage />
          ) : (
            <SettingsPage />
          )}
          <AwayCard />
        </div>
        <Toaster />
      </div>
      <div className="app-part" inert={isUnderList}>
        {isChat && <TasksPanel />}
      </div>
    </div>
  );
}

function Foot() {
  return (
    <>
      <StartOffer />
      <TasksStrip />
    </>
  );
}

/** Shortcuts that mean the same on every page. */
function useWindowShortcuts(): void {
  useReadNew();
  useShortcut("new-chat", () => run(actions.newChat));
  useShortcut("next-chat", () => run(() => actions.stepConversation(1)));
  useShortcut("previous-chat", () => run(() => actions.stepConversation(-1)));
  useShortcut("jump-chat", (event) => run(() => jump(event)));
  useShortcut("palette", () => run(togglePalette));
  useShortcut("tasks", () => run(() => actions.toggleTasks()));
  useShortcut("list", () => run(() => actions.toggleList()));
  useShortcut("settings", () => run(() => actions.setPage("settings")));
  useShortcut("mission", () => run(() => actions.setPage("mission")));
  useShortcut("new-task", () => run(() => actions.askNewTask(true)));
  useShortcut("audit", () => run(() => actions.setPage("audit")));
  useShortcut("usage", () => run(() => actions.setPage("usage")));
  useShortcut("import-chats", () => run(() => actions.openSettings("data")));
  useShortcut("review", () => run(reviewNext), hasTask(isAsking));
  useShortcut("pause-all", () => run(actions.pauseAll), hasTask(isPausable));
  useShortcut(
    "resume-all",
    () => run(actions.resumeAll),
    hasTask((task) => task.state === "paused"),
  );
  useShortcut("theme-light", () => run(() => actions.saveSettings({ theme: "light" })), isOtherTheme("light"));
  useShortcut("theme-dark", () => run(() => actions.saveSettings({ theme: "dark" })), isOtherTheme("dark"));
  const toContrast = () => run(() => actions.saveSettings({ theme: "high_contrast" }));
  useShortcut("theme-contrast", toContrast, isOtherTheme("high_contrast"));
  useShortcut("theme-system", () => run(() => actions.saveSettings({ theme: "system" })), isOtherTheme("system"));
  useShortcut("select-all", selectSaid, () => document.querySelector(".thread") !== null);
  useShortcut("shortcuts", () => run(() => !hasDialog() && actions.openShortcuts(true)));
  // A field with text has its own undo.
  useShortcut("undo-delete", () => !hasText(document.activeElement) && (undoNewest() || actions.undoDelete()));
}

const hasTask = (fits: (task: Task) => boolean) => () => Object.values(useStore.getState().tasks).some(fits);

const isAsking = (task: Task) => task.approvals > 0;

/** Goes to what an agent asks; from one that is open to the next. */
function reviewNext(): void {
  // The one in sight comes first, so that a yes is for what is looked at.
  const card = document.querySelector<HTMLElement>(".approval");
  if (card && !card.contains(document.activeElement)) {
    card.focus({ preventScroll: true });
    card.scrollIntoView?.({ block: "nearest" });
    return;
  }
  const { tasks, conversations, selectedTask } = useStore.getState();
  const all = Object.values(tasks).filter((task) => isAsking(task) && task.conversation_id in conversations);
  all.sort((a, b) => a.created_at.localeCompare(b.created_at) || a.id.localeCompare(b.id));
  const at = all.findIndex((task) => task.id === selectedTask);
  const next = all[(at + 1) % all.length];
  if (next) actions.review(next.id);
}

const isOtherTheme = (theme: Theme) => () => useStore.getState().settings.theme !== theme;

/** What was said, and never the window around it. */
function selectSaid({ target }: KeyboardEvent): boolean {
  if (inField(target)) return false;
  const selection = getSelection();
  selection?.removeAllRanges();
  const thread = hasDialog() ? null : document.querySelector(".thread");
  if (thread) selection?.selectAllChildren(thread);
  return true;
}

function togglePalette(): void {
  const { paletteOpen } = useStore.getState();
  if (paletteOpen || !hasDialog()) actions.openPalette(!paletteOpen);
}

/** One dialog at a time: a second one would lie over the first. */
function hasDialog(): boolean {
  return document.querySelector("[role=dialog]") !== null;
}

function hasText(element: Element | null): boolean {
  return (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) && element.value !== "";
}

function jump(event: KeyboardEvent): void {
  const id = useStore.getState().order[Number(event.code.replace("Digit", "")) - 1];
  if (id) actions.openConversation(id);
}

/** The welcome is left by its own buttons: a chat behind it must not open by accident. */
function run(act: () => unknown): true {
  if (useStore.getState().page !== "welcome") act();
  return true;
}

/** A pane that does not fit beside the thread is put away, and comes back with the room for it. */
function useFittingPanes(): void {
  const isNarrow = useMedia(NARROW);
  const isSmall = useMedia(SMALL);
  useLayoutEffect(() => actions.fit({ list: !isNarrow }), [isNarrow]);
  useLayoutEffect(() => actions.fit({ tasks: !isSmall }), [isSmall]);
}

function useTheme(): void {
  const theme = useStore((state) => (state.connection === "loading" ? null : state.settings.theme));
  const isContrastWanted = useMedia(MORE_CONTRAST);
  useEffect(() => {
    if (theme === null) return;
    wearTheme(theme, isContrastWanted);
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Without storage the first moment of a window follows the system.
    }
  }, [theme, isContrastWanted]);
}

/** Every measure of text and space goes by the size of the root. */
function useTextSize(isQuickAsk: boolean): void {
  const zoom = useRef(100);
  const size = useStore((state) => state.textSize);
  useLayoutEffect(() => {
    const { percent } = textSizes.find(({ value }) => value === size) ?? { percent: 100 };
    const isZoomed = !isQuickAsk && percent > MOST_OF_TEXT;
    // The small window has no room to grow in.
    document.documentElement.style.fontSize = isZoomed ? "100%" : `${Math.min(percent, MOST_OF_TEXT)}%`;
    const wanted = isZoomed ? percent : 100;
    if (wanted === zoom.current) return;
    zoom.current = wanted;
    void quietly(actions.setZoom(wanted));
  }, [size, isQuickAsk]);
  // Another window of this app may change it.
  useEffect(() => {
    const look = () => useStore.setState({ textSize: textSizeOf(rememberedTextSize()) });
    addEventListener("storage", look);
    return () => removeEventListener("storage", look);
  }, []);
  useShortcut("text-larger", () => void actions.stepTextSize(1));
  useShortcut("text-smaller", () => void actions.stepTextSize(-1));
  useShortcut("text-usual", () => void actions.setTextSize("usual"));
}

function skipToComposer(): void {
  document.querySelector<HTMLTextAreaElement>("#composer")?.focus();
}

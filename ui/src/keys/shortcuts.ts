// Every shortcut, once. Tooltips, the palette and the sheet read this list; handlers are registered elsewhere.

import { t } from "../i18n";

export type ShortcutId =
  | "send"
  | "newline"
  | "send-background"
  | "attach"
  | "attach-folder"
  | "detach"
  | "stop"
  | "pause"
  | "resume"
  | "edit-last"
  | "regenerate"
  | "select-all"
  | "copy-reply"
  | "copy-code"
  | "new-chat"
  | "next-chat"
  | "previous-chat"
  | "jump-chat"
  | "find"
  | "find-next"
  | "find-previous"
  | "delete-chat"
  | "undo-delete"
  | "palette"
  | "tasks"
  | "list"
  | "settings"
  | "mission"
  | "new-task"
  | "mission-select"
  | "mission-extend"
  | "usage"
  | "audit"
  | "text-larger"
  | "text-smaller"
  | "text-usual"
  | "shortcuts"
  | "instructions"
  | "export-chat"
  | "export-chat-json"
  | "import-chats"
  | "pause-all"
  | "resume-all"
  | "theme-light"
  | "theme-dark"
  | "theme-system"
  | "theme-contrast"
  | "close-window"
  | "quit"
  | "focus-composer"
  | "pick-model"
  | "pick-agent"
  | "review"
  | "read-new"
  | "next-question"
  | "previous-question"
  | "allow"
  | "reject"
  | "favourite";

export interface Shortcut {
  id: ShortcutId;
  label: string;
  group: "Ask" | "When an agent asks" | "Chats" | "Mission control" | "Window";
  /** The first one is shown. `Mod` is Cmd on macOS and Ctrl elsewhere. Without any it is found in the palette only. */
  chords: readonly string[];
  /** Shown instead of the first chord. */
  shown?: string;
  /** The field with the focus handles it; listed for the sheet. */
  local?: boolean;
  /** Its keys are part of what it is, or the same everywhere, so they cannot be changed. */
  fixed?: boolean;
}

/** In the order in which they are shown. */
export const groups: readonly Shortcut["group"][] = ["Ask", "When an agent asks", "Chats", "Mission control", "Window"];

export const shortcuts: readonly Shortcut[] = [
  { id: "send", label: t("Send"), group: "Ask", chords: ["Enter", "Mod+Enter"], local: true, fixed: true },
  { id: "newline", label: t("New line"), group: "Ask", chords: ["Shift+Enter"], local: true, fixed: true },
  { id: "send-background", label: t("Send to the background"), group: "Ask", chords: ["Mod+Shift+Enter"], local: true },
  { id: "attach", label: t("Attach files"), group: "Ask", chords: ["Mod+U"] },
  { id: "attach-folder", label: t("Attach a folder"), group: "Ask", chords: [] },
  { id: "detach", label: t("Continue in background"), group: "Ask", chords: ["Mod+Shift+B"] },
  { id: "stop", label: t("Stop the answer"), group: "Ask", chords: ["Escape"], fixed: true },
  { id: "pause", label: t("Pause the last task of this chat"), group: "Ask", chords: [] },
  { id: "resume", label: t("Go on with the last task of this chat"), group: "Ask", chords: [] },
  {
    id: "edit-last",
    label: t("Edit the last prompt, in an empty field"),
    group: "Ask",
    chords: ["ArrowUp"],
    local: true,
    fixed: true,
  },
  { id: "regenerate", label: t("Answer again"), group: "Ask", chords: ["Mod+R"] },
  {
    id: "select-all",
    label: t("Select all that was said, outside of a field"),
    group: "Ask",
    chords: ["Mod+A"],
    fixed: true,
  },
  { id: "copy-reply", label: t("Copy the last answer"), group: "Ask", chords: ["Mod+Shift+C"] },
  { id: "copy-code", label: t("Copy the last code block"), group: "Ask", chords: ["Mod+Shift+;"] },
  { id: "focus-composer", label: t("Go to the text field"), group: "Ask", chords: ["Shift+Escape", "/"] },
  { id: "pick-model", label: t("Choose the model"), group: "Ask", chords: ["Mod+Alt+M"] },
  { id: "pick-agent", label: t("Choose an agent"), group: "Ask", chords: ["Mod+Alt+A"] },
  {
    id: "favourite",
    label: t("Mark a model as favourite, in the list of models"),
    group: "Ask",
    chords: ["Mod+D"],
    local: true,
  },
  { id: "review", label: t("Go to what an agent asks"), group: "When an agent asks", chords: ["Mod+Shift+J"] },
  {
    id: "next-question",
    label: t("Next question of the same agent"),
    group: "When an agent asks",
    chords: ["ArrowRight", "J"],
    local: true,
    fixed: true,
  },
  {
    id: "previous-question",
    label: t("Previous question of the same agent"),
    group: "When an agent asks",
    chords: ["ArrowLeft", "K"],
    local: true,
    fixed: true,
  },
  {
    id: "allow",
    label: t("Allow once, half a second after it is shown"),
    group: "When an agent asks",
    chords: ["Mod+Alt+Enter"],
  },
  { id: "reject", label: t("Not this"), group: "When an agent asks", chords: ["Mod+Alt+Backspace"] },
  { id: "read-new", label: t("Read what is new, one after the other"), group: "Chats", chords: ["Mod+Alt+N"] },
  { id: "new-chat", label: t("New chat"), group: "Chats", chords: ["Mod+N", "Mod+Shift+O"] },
  { id: "next-chat", label: t("Next chat"), group: "Chats", chords: ["Ctrl+Tab"] },
  { id: "previous-chat", label: t("Previous chat"), group: "Chats", chords: ["Ctrl+Shift+Tab"] },
  {
    id: "jump-chat",
    label: t("Chat 1 to 9 of the list"),
    group: "Chats",
    chords: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `Mod+${n}`),
    shown: "Mod+1…9",
    fixed: true,
  },
  { id: "find", label: t("Find in this chat"), group: "Chats", chords: ["Mod+F"] },
  { id: "find-next", label: t("Next place of what is looked for"), group: "Chats", chords: ["F3", "Mod+G"] },
  {
    id: "find-previous",
    label: t("Previous place of what is looked for"),
    group: "Chats",
    chords: ["Shift+F3", "Mod+Shift+G"],
  },
  { id: "delete-chat", label: t("Delete chat"), group: "Chats", chords: ["Mod+Shift+Backspace"] },
  {
    id: "undo-delete",
    label: t("Bring back the chat that was deleted last"),
    group: "Chats",
    chords: ["Mod+Z"],
    fixed: true,
  },
  { id: "instructions", label: t("Instructions for this chat"), group: "Chats", chords: [] },
  { id: "export-chat", label: t("Export this chat as Markdown"), group: "Chats", chords: [] },
  { id: "export-chat-json", label: t("Export this chat as JSON lines"), group: "Chats", chords: [] },
  { id: "import-chats", label: t("Import chats of ChatGPT, Claude or Meanwhile"), group: "Chats", chords: [] },
  { id: "mission", label: t("Mission control"), group: "Mission control", chords: ["Mod+Shift+M"] },
  { id: "new-task", label: t("New background task"), group: "Mission control", chords: ["Mod+Shift+N"] },
  { id: "mission-select", label: t("Select a task"), group: "Mission control", chords: ["Space"], local: true },
  {
    id: "mission-extend",
    label: t("Select the next or the one before too"),
    group: "Mission control",
    chords: ["Shift+ArrowDown", "Shift+ArrowUp"],
    local: true,
  },
  { id: "palette", label: t("Search and commands"), group: "Window", chords: ["Mod+K"] },
  { id: "tasks", label: t("Show or hide tasks"), group: "Window", chords: ["Mod+J"] },
  { id: "list", label: t("Show or hide the list of chats"), group: "Window", chords: ["Mod+B", "Mod+Shift+S"] },
  { id: "settings", label: t("Settings"), group: "Window", chords: ["Mod+,"] },
  { id: "usage", label: t("Usage"), group: "Window", chords: [] },
  { id: "audit", label: t("What you sat through"), group: "Window", chords: [] },
  { id: "pause-all", label: t("Pause all tasks"), group: "Window", chords: [] },
  { id: "resume-all", label: t("Resume all tasks"), group: "Window", chords: [] },
  { id: "theme-light", label: t("Theme: Light"), group: "Window", chords: [] },
  { id: "theme-dark", label: t("Theme: Dark"), group: "Window", chords: [] },
  { id: "theme-contrast", label: t("Theme: High contrast"), group: "Window", chords: [] },
  { id: "theme-system", label: t("Theme: As the system"), group: "Window", chords: [] },
  { id: "text-larger", label: t("Larger text"), group: "Window", chords: ["Mod+Plus", "Mod+="] },
  { id: "text-smaller", label: t("Smaller text"), group: "Window", chords: ["Mod+-"] },
  { id: "text-usual", label: t("Usual size of text"), group: "Window", chords: ["Mod+0"] },
  { id: "shortcuts", label: t("All shortcuts"), group: "Window", chords: ["Mod+/", "?"] },
  { id: "close-window", label: t("Close the window, work goes on"), group: "Window", chords: ["Mod+W"] },
  { id: "quit", label: t("Quit Meanwhile"), group: "Window", chords: ["Mod+Q"] },
];

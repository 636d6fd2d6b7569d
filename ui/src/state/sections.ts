import { t } from "../i18n";

/** The sections of the settings, in their order; each is reached by its name, and found by words for what is in it. */
export const sections = [
  { id: "models", label: t("Models"), words: t("providers keys prices local servers") },
  {
    id: "background",
    label: t("Background work"),
    words: t("tasks at once caps batches sleep silence awake power names"),
  },
  { id: "offers", label: t("Offers"), words: t("suggest background forecast estimate hints how long") },
  { id: "agents", label: t("Agents"), words: t("tools permissions allowed own folder reviewer") },
  { id: "servers", label: t("Tool servers"), words: t("mcp tools programs addresses accept") },
  { id: "usage", label: t("Usage"), words: t("cost spent money tokens day limit") },
  { id: "notices", label: t("Notices"), words: t("notifications told") },
  { id: "quick-ask", label: t("Quick ask"), words: t("global shortcut test wayland") },
  { id: "keyboard", label: t("Keyboard"), words: t("shortcuts keys chords rebind enter sends") },
  { id: "appearance", label: t("Appearance"), words: t("theme dark light high contrast text size zoom language") },
  { id: "window", label: t("Window"), words: t("close tray start log in autostart") },
  { id: "data", label: t("Data"), words: t("export import backups restore folder") },
  { id: "proof", label: t("Prove it"), words: t("crash test lost") },
] as const;

export type SectionId = (typeof sections)[number]["id"];

/** The sections of the settings, in their order; each is reached by its name, and found by words for what is in it. */
export const sections = [
  { id: "models", label: "Models", words: "providers keys prices local servers" },
  { id: "background", label: "Background work", words: "tasks at once caps batches sleep silence awake power names" },
  { id: "offers", label: "Offers", words: "suggest background forecast estimate hints how long" },
  { id: "agents", label: "Agents", words: "tools permissions allowed own folder reviewer" },
  { id: "servers", label: "Tool servers", words: "mcp tools programs addresses accept" },
  { id: "usage", label: "Usage", words: "cost spent money tokens day limit" },
  { id: "notices", label: "Notices", words: "notifications told" },
  { id: "quick-ask", label: "Quick ask", words: "global shortcut test wayland" },
  { id: "keyboard", label: "Keyboard", words: "shortcuts keys chords rebind enter sends" },
  { id: "appearance", label: "Appearance", words: "theme dark light high contrast text size zoom" },
  { id: "window", label: "Window", words: "close tray start log in autostart" },
  { id: "data", label: "Data", words: "export import backups restore folder" },
  { id: "proof", label: "Prove it", words: "crash test lost" },
] as const;

export type SectionId = (typeof sections)[number]["id"];

/** The sections of the settings, in their order; each is reached by its name. */
export const sections = [
  { id: "models", label: "Models" },
  { id: "background", label: "Background work" },
  { id: "usage", label: "Usage" },
  { id: "notices", label: "Notices" },
  { id: "quick-ask", label: "Quick ask" },
  { id: "appearance", label: "Appearance" },
  { id: "window", label: "Window" },
  { id: "data", label: "Data" },
  { id: "proof", label: "Prove it" },
] as const;

export type SectionId = (typeof sections)[number]["id"];

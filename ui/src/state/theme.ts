// What the page wears. The tokens of the styles follow two attributes of its root.

/** The system asks for high contrast. */
export const MORE_CONTRAST = "(prefers-contrast: more)";

/** Light or dark by name, else as the system says; high contrast when it is chosen, or wanted by the system. */
export function wearTheme(theme: string, isContrastWanted: boolean): void {
  const root = document.documentElement;
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  if (theme === "high_contrast" || isContrastWanted) root.dataset.contrast = "more";
  else delete root.dataset.contrast;
}

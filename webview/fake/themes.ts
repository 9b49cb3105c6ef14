/** The four kinds of VS Code theme. themes.css has the default colors of each as classes of <html>. */
export const THEMES = {
  dark: "vscode-dark",
  light: "vscode-light",
  "hc-dark": "vscode-high-contrast",
  "hc-light": "vscode-high-contrast-light",
} as const;
export type ThemeName = keyof typeof THEMES;

export function readThemeName(text: string | null): ThemeName {
  return text !== null && text in THEMES ? (text as ThemeName) : "dark";
}

export function applyFakeTheme(name: ThemeName): void {
  document.documentElement.className = `theme-${name}`;
  document.body.classList.remove(...Object.values(THEMES));
  document.body.classList.add(THEMES[name]);
  // As VS Code does: both classes for a light theme of high contrast.
  if (name === "hc-light") document.body.classList.add("vscode-high-contrast");
}

/** The theme as the charts need it: read from VS Code's variables, read again whenever VS Code changes them. */
import { parseColor } from "./colorMap";
import { GRAPHICS_CONTRAST, readableOn } from "./contrast";

export interface Theme {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  /** Axis lines and grid. */
  readonly grid: string;
  /**
   * First two are blue and orange, which can be distinguished with every kind of color vision; charts also vary dash
   * and marker.
   */
  readonly series: readonly string[];
  readonly error: string;
  readonly warning: string;
  readonly fontFamily: string;
  readonly highContrast: boolean;
  readonly light: boolean;
  /** Line width in pixels. */
  readonly lineWidth: number;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const variable = (name: string, fallback: string): string =>
    style.getPropertyValue(`--vscode-${name}`).trim() || fallback;
  const classes = document.body.classList;
  const highContrast = classes.contains("vscode-high-contrast") || classes.contains("vscode-high-contrast-light");
  const light = classes.contains("vscode-light") || classes.contains("vscode-high-contrast-light");
  const foreground = variable("foreground", light ? "#3b3b3b" : "#cccccc");
  const background =
    style.backgroundColor && style.backgroundColor !== "rgba(0, 0, 0, 0)"
      ? style.backgroundColor
      : variable("editor-background", light ? "#ffffff" : "#1f1f1f");
  return {
    foreground,
    muted: highContrast ? foreground : variable("descriptionForeground", foreground),
    background,
    grid: withAlpha(foreground, highContrast ? 0.35 : light ? 0.13 : 0.11),
    series: seriesColors(variable, { background, foreground, light }),
    error: variable("errorForeground", variable("charts-red", light ? "#e51400" : "#f48771")),
    warning: variable("editorWarning-foreground", light ? "#bf8803" : "#cca700"),
    fontFamily: variable("font-family", "sans-serif"),
    highContrast,
    light,
    lineWidth: highContrast ? 2.5 : 1.75,
  };
}

/** Those of VS Code's charts, in the order of the runs. */
export function seriesColors(
  variable: (name: string, fallback: string) => string,
  { background, foreground, light }: Pick<Theme, "background" | "foreground" | "light">,
): string[] {
  return (
    [
      variable("charts-blue", light ? "#1a85ff" : "#3794ff"),
      variable("charts-orange", "#d18616"),
      variable("charts-purple", light ? "#652d90" : "#b180d7"),
      variable("charts-green", light ? "#388a34" : "#89d185"),
      variable("charts-red", light ? "#e51400" : "#f14c4c"),
      variable("charts-yellow", light ? "#bf8803" : "#cca700"),
    ]
      // Some themes have translucent or pale ones, made for marks in the minimap; a line has to be seen.
      .map((color) => readableOn(withAlpha(color, 1), background, foreground, GRAPHICS_CONTRAST))
  );
}

export function withAlpha(color: string, alpha: number): string {
  const { red, green, blue } = parseColor(color);
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

/** VS Code writes its variables on <html style> and the kind of theme into the class of <body>. */
export function watchTheme(onDidChange: (theme: Theme) => void): void {
  const observer = new MutationObserver(() => onDidChange(readTheme()));
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
}

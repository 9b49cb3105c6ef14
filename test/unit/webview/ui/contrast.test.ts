import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../../../scripts/paths.mjs";
import { RUN_COLORS } from "../../../../src/shared/wire/runIdentity";
import { contrastOf, GRAPHICS_CONTRAST, readableOn } from "../../../../webview/ui/contrast";
import { runLook } from "../../../../webview/ui/runLook";
import { seriesColors, type Theme } from "../../../../webview/ui/theme";
import { ghostLook } from "../../../../webview/views/scalars/ghostLines";

/** VS Code's default colors, by the theme that has them; those of all themes are in front. */
const [COMMON = "", ...SECTIONS] = readFileSync(join(ROOT, "webview", "fake", "themes.css"), "utf8").split(
  /^\.theme-/m,
);
const THEMES = SECTIONS.filter((section) => section.includes("--vscode-charts-blue")).map((section) => ({
  name: section.slice(0, section.indexOf(" ")),
  variable: (name: string): string =>
    new RegExp(`--vscode-${name}: ([^;]+);`).exec(`${section}${COMMON}`)?.[1] ?? `no ${name}`,
}));

describe.each(THEMES)("in the default $name theme", ({ name, variable }) => {
  it.each(["editor-background", "sideBar-background"])(
    "each run can be read on %s, also behind another one",
    (ground) => {
      const background = variable(ground);
      const foreground = variable("foreground");
      const light = name.includes("light");
      const series = seriesColors(variable, { background, foreground, light });
      const theme = { series, background, foreground } as unknown as Theme;
      expect(series).toHaveLength(RUN_COLORS.length);
      for (let number = 1; number <= 2 * series.length; number++) {
        expect(contrastOf(runLook(number, theme).color, background), `run ${number}`).toBeGreaterThanOrEqual(3);
        expect(contrastOf(ghostLook(number, theme).color, background), `ghost ${number}`).toBeGreaterThanOrEqual(3);
      }
      // Validation is in the color of the text.
      expect(contrastOf(foreground, background)).toBeGreaterThanOrEqual(7);
    },
  );
});

it("the four kinds of themes were found", () => {
  expect(THEMES.map(({ name }) => name)).toEqual(["dark", "light", "hc-dark", "hc-light"]);
});

describe("contrast", () => {
  it("is that of WCAG: 21 for black on white, 1 for equal colors, and counts what shows through", () => {
    expect(contrastOf("#000000", "#ffffff")).toBeCloseTo(21, 9);
    expect(contrastOf("#777777", "#777777")).toBe(1);
    expect(contrastOf("#767676", "rgb(255, 255, 255)")).toBeCloseTo(4.54, 2);
    expect(contrastOf("rgba(0, 0, 0, 0.5)", "#ffffff")).toBeCloseTo(
      contrastOf("rgb(127.5, 127.5, 127.5)", "#ffffff"),
      9,
    );
  });

  it("is reached by mixing a color with that of the text, no further than it takes", () => {
    expect(readableOn("#d18616", "#1f1f1f", "#cccccc", GRAPHICS_CONTRAST)).toBe("#d18616");
    const darker = readableOn("#d18616", "#ffffff", "#3b3b3b", GRAPHICS_CONTRAST);
    expect(contrastOf(darker, "#ffffff")).toBeGreaterThanOrEqual(GRAPHICS_CONTRAST);
    expect(contrastOf(darker, "#ffffff")).toBeLessThan(GRAPHICS_CONTRAST + 0.4);
    expect(readableOn("#ffffff", "#ffffff", "#777777", 21)).toBe("#777777");
  });
});

/**
 * The panel for everybody: no serious violation in any state and kind of theme, focus that is seen, colors that are
 * forced.
 */
import { describe, expect, it } from "vitest";
import { formatFactor, formatValue } from "../../src/shared/words/numberFormat";
import { THEMES, type ThemeName } from "../../webview/fake/themes";
import { eventually, open, openOther, OTHER_PAGES, servePanel, STATES } from "./panelPage";
import { seriousViolations, setTheme } from "./violations";

servePanel();

/** A laptop's half window at 200%: half as many CSS pixels. */
const ZOOMED = { width: 320, height: 360 };

describe("the panel has no serious accessibility violation", () => {
  it.each(STATES)(
    "in the state $scenario ($layout), in each kind of theme, and at 200% without scrolling sideways",
    async (options) => {
      const page = await open({ ...options, frozen: true });
      if (options.scenario === "changed") await page.locator(".card-loss .card-tools .tool").last().click();
      for (const [i, theme] of (Object.keys(THEMES) as ThemeName[]).entries()) {
        await setTheme(page, theme);
        // What is drawn in the colors of a theme follows some frames later.
        await eventually(() => seriousViolations(page, i > 0 ? "colors" : "all"), theme).toEqual([]);
      }
      await page.setViewportSize(ZOOMED);
      const overflow = () =>
        page.evaluate(() => document.scrollingElement!.scrollWidth - document.scrollingElement!.clientWidth);
      await eventually(overflow).toBe(0);
      expect(await seriousViolations(page, "all but colors")).toEqual([]);
    },
  );
});

describe("the other pages have no serious accessibility violation", () => {
  it.each(OTHER_PAGES)("%s (%s), in each kind of theme", async (path, query, selector) => {
    const page = await openOther(path, query, selector);
    for (const [i, theme] of (Object.keys(THEMES) as ThemeName[]).entries()) {
      await setTheme(page, theme);
      await eventually(() => seriousViolations(page, i > 0 ? "colors" : "all"), theme).toEqual([]);
    }
  });
});

describe("reduced motion", () => {
  it.each(["the browser's setting", "VS Code's setting"])("by %s, nothing moves by itself", async (setting) => {
    const page = await open({ scenario: "starting", frozen: true });
    if (setting === "VS Code's setting") await page.evaluate(() => document.body.classList.add("vscode-reduce-motion"));
    else await page.emulateMedia({ reducedMotion: "reduce" });
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll("*")]
        .filter((node) => {
          const { animationName, transitionDuration } = getComputedStyle(node);
          return (
            animationName !== "none" || transitionDuration.split(", ").some((duration) => parseFloat(duration) > 0)
          );
        })
        .map((node) => node.outerHTML.slice(0, 80)),
    );
    expect(moving).toEqual([]);
    await eventually(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
});

describe("values for a screen reader", () => {
  it.each(["done", "gru", "diverged"])("have the notation of the screen (%s)", async (scenario) => {
    const page = await open({ scenario, frozen: true });
    const spoken = await page.evaluate(() =>
      [...document.querySelectorAll("[aria-valuetext], [aria-label]")].flatMap((node) => [
        node.getAttribute("aria-valuetext") ?? "",
        node.getAttribute("aria-label") ?? "",
      ]),
    );
    const numbers = spoken.flatMap((text) => text.match(/(?<![\w.-])-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?(?![\w.])/g) ?? []);
    const withFraction = numbers.filter((text) => /[.e]/.test(text));
    expect(withFraction.length).toBeGreaterThan(3);
    const seen = await page.locator("#app").innerText();
    expect(withFraction.filter((text) => !seen.includes(text) && !isFormatted(text))).toEqual([]);
  });
});

/** Whether the screen writes the number in the same way, with as many digits. */
function isFormatted(text: string): boolean {
  const value = Number(text.replaceAll(",", ""));
  return [1, 2, 3, 4].some((digits) => formatValue(value, digits) === text || formatFactor(value) === `×${text}`);
}

describe("forced colors", () => {
  it("leave the swatches and the progress their own, which mean something", async () => {
    const page = await open({ scenario: "paused", frozen: true });
    const color = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((node) => {
          const style = getComputedStyle(node);
          return `${style.backgroundColor} ${style.borderTopColor}`;
        });
    const marks = [".progress-fill", ".card-loss .swatch"];
    const before = await Promise.all(marks.map(color));
    await page.emulateMedia({ forcedColors: "active" });
    expect(await Promise.all(marks.map(color))).toEqual(before);
    expect(await page.evaluate(() => matchMedia("(forced-colors: active)").matches)).toBe(true);
    expect(
      await page
        .locator(".axes-panel .segment[aria-pressed=true]")
        .first()
        .evaluate((node) => getComputedStyle(node).outlineStyle),
    ).toBe("solid");
  });
});

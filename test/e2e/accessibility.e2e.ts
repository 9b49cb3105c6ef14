/**
 * The panel for everybody: no serious violation in any state and kind of theme, focus that is seen, colors that are
 * forced.
 */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { THEMES, type ThemeName } from "../../webview/fake/themes";
import { OTHER_PAGES, STATES, open, openOther, servePanel } from "./panelPage";

servePanel();

async function setTheme(page: Page, theme: ThemeName): Promise<void> {
  await page.evaluate(
    ([name, kind, kinds]) => {
      document.documentElement.className = `theme-${name}`;
      document.body.classList.remove(...kinds);
      document.body.classList.add(kind, ...(name === "hc-light" ? ["vscode-high-contrast"] : []));
    },
    [theme, THEMES[theme], Object.values(THEMES)] as const,
  );
}

/** Colors are all that a theme changes: the other rules need only one look. */
async function seriousViolations(page: Page, colorsOnly: boolean): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (colorsOnly ? axe.withRules(["color-contrast"]) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

describe("the panel has no serious accessibility violation", () => {
  it.each(STATES)("in the state $scenario ($layout), in each kind of theme", async (options) => {
    const page = await open({ ...options, frozen: true });
    if (options.scenario === "changed") await page.locator(".card-loss .card-tools .tool").last().click();
    for (const [i, theme] of (Object.keys(THEMES) as ThemeName[]).entries()) {
      await setTheme(page, theme);
      expect(await seriousViolations(page, i > 0), theme).toEqual([]);
    }
  });
});

describe("the other pages have no serious accessibility violation", () => {
  it.each(OTHER_PAGES)("%s (%s), in each kind of theme", async (path, query, selector) => {
    const page = await openOther(path, query, selector);
    for (const [i, theme] of (Object.keys(THEMES) as ThemeName[]).entries()) {
      await setTheme(page, theme);
      expect(await seriousViolations(page, i > 0), theme).toEqual([]);
    }
  });
});

describe("keys alone", () => {
  it("reach every control, in the order of the page, with a focus that is seen", async () => {
    const page = await open({ scenario: "paused", frozen: true });
    const reached: string[] = [];
    for (let i = 0; i < 120; i++) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const node = document.activeElement as HTMLElement;
        const inner = node.shadowRoot?.activeElement ?? node;
        const style = getComputedStyle(inner);
        const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
        const name = node.getAttribute("aria-label") ?? node.textContent.trim();
        return node === document.body
          ? null
          : {
              name,
              isSeen:
                hasOutline ||
                style.boxShadow !== "none" ||
                style.borderColor !== getComputedStyle(document.body).borderColor,
            };
      });
      if (at === null) break;
      expect(at.isSeen, `focus on ${at.name}`).toBe(true);
      reached.push(at.name);
    }
    for (const name of ["Re-run", "Resume", "Loss", "Gradient heat map", "Show Loss as table", "More Controls"])
      expect(
        reached.filter((other) => other === name),
        name,
      ).toHaveLength(1);
    expect(reached.indexOf("Loss")).toBeLessThan(reached.indexOf("Gradient heat map"));
  });
});

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
        .locator(".segment[aria-pressed=true]")
        .first()
        .evaluate((node) => getComputedStyle(node).outlineStyle),
    ).toBe("solid");
  });
});

/** A page in each kind of theme, and what axe finds in it. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { THEMES, type ThemeName } from "../../webview/fake/themes";

export async function setTheme(page: Page, theme: ThemeName): Promise<void> {
  await page.evaluate(
    ([name, kind, kinds]) => {
      document.documentElement.className = `theme-${name}`;
      document.body.classList.remove(...kinds);
      document.body.classList.add(kind, ...(name === "hc-light" ? ["vscode-high-contrast"] : []));
    },
    [theme, THEMES[theme], Object.values(THEMES)] as const,
  );
}

/** Every row of a table is made by the same code: the first ones stand for all. */
const FURTHER_ROWS = "tr:nth-child(n + 6), [role=row]:nth-child(n + 6)";

/**
 * Colors are all that a theme changes, and what a narrow window does not: the other rules need only one look. The
 * legacy mode opens no page of its own for the results, in front of this one; it leaves out frames, which these pages
 * do not have.
 */
export async function seriousViolations(page: Page, look: "all" | "colors" | "all but colors"): Promise<string[]> {
  const axe = new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ["violations"], preload: false })
    .exclude(FURTHER_ROWS);
  if (look === "colors") axe.withRules(["color-contrast"]);
  if (look === "all but colors") axe.disableRules(["color-contrast"]);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

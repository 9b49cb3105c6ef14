/** The page that compares runs, alone in a browser: colors belong to the runs, whichever is the baseline. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { eventually, openOther, servePanel } from "./panelPage";

servePanel();

/** Of each run in the table, from the top: its name and the color of its line. */
const rows = (page: Page): Promise<string[][]> =>
  page
    .locator(".run-table .legend-entry")
    .evaluateAll((entries) =>
      entries.map((entry) => [
        entry.textContent ?? "",
        getComputedStyle(entry.querySelector(".swatch") as Element).color,
        entry.querySelector(".swatch")?.className ?? "",
      ]),
    );

/** The same of the legend of the first chart. */
const legend = (page: Page): Promise<string[][]> =>
  page
    .locator(".card")
    .first()
    .locator(".readout-item:has(.swatch:not([hidden]))")
    .evaluateAll((items) =>
      items.map((item) => [
        item.querySelector(".readout-label")?.textContent ?? "",
        getComputedStyle(item.querySelector(".swatch") as Element).color,
      ]),
    );

it("no run changes its color, its dash, or its place when another one becomes the baseline", async () => {
  const page = await openOther("compare", "runs=8", "canvas");
  await eventually(() => rows(page).then(({ length }) => length)).toBe(8);
  const before = [await rows(page), await legend(page)];
  expect(new Set(before[0]?.map(([, ...look]) => look.join(" "))).size).toBe(8);
  const second = before[0]?.[1]?.[0] ?? "";
  expect(before[1]?.find(([name]) => name === second)?.[1]).toBe(before[0]?.[1]?.[1]);
  await page.getByRole("button", { name: `Set as Baseline: ${second}`, exact: true }).click();
  await page.locator("tr.is-baseline", { hasText: second }).waitFor();
  await page.mouse.move(0, 0);
  expect([await rows(page), await legend(page)]).toEqual(before);
});

/** The tab with predictions in a browser: under its own policy, and for everybody. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/paths.mjs";
import { renderPrediction } from "../../src/panel/renderPrediction";
import { predictionPage } from "../../src/worker/prediction/predictionPage";
import { THEMES, type ThemeName } from "../../webview/fake/themes";
import { modelOf, predicted, seriesExperiment, stationTable, trained } from "../unit/core/prediction/support";
import type {} from "./oneBrowser";
import { seriousViolations, setTheme } from "./violations";

const TABLE = stationTable();
const GROUP = { columns: ["level"], group: "station", length: 6 };
const TASKS = {
  series: { ...GROUP, horizon: 3 },
  classes: { ...GROUP, target: "mood", targetKind: "classes", horizon: 0 },
  bits: { ...GROUP, target: "high", targetKind: "bits", horizon: 0 },
} as const;

function renderTask(task: Readonly<Record<string, unknown>>): string {
  const experiment = seriesExperiment(task, { training: { iterations: 150, validation: { share: 0.3 } } });
  const prediction = predicted(modelOf(experiment, trained(experiment, TABLE)), TABLE, { isTrainingTable: true });
  const page = predictionPage(prediction, { iteration: 150, validationLoss: null }, "stations.csv");
  return renderPrediction(page, "prediction-test", "en");
}

/** Pictures to look at are put there where the environment says so. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["PREDICTION_PICTURES"];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

describe.each(Object.keys(TASKS) as (keyof typeof TASKS)[])("the predictions of %s", (kind) => {
  let html = "";
  beforeAll(() => {
    html = renderTask(TASKS[kind]);
  });

  it("keep to their policy, with colors for shares of a row", async () => {
    const page = await (await startBrowser()).newPage();
    const problems: string[] = [];
    page.on("console", (message) => problems.push(message.text()));
    await page.setContent(html);
    const colors = await page
      .locator(".confusion td")
      .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).backgroundColor));
    expect(new Set(colors).size > 1).toBe(kind !== "series");
    expect(problems).toEqual([]);
    await page.close();
  });

  it("have no serious accessibility violation in any kind of theme", async () => {
    // The themes of VS Code come from outside of the page, as its own sheets do.
    const browser = await startBrowser();
    const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1280, height: 720 } });
    const page = await context.newPage();
    await page.setContent(html);
    await page.addStyleTag({ content: await readFile(join(ROOT, "webview", "fake", "themes.css"), "utf8") });
    await page.addStyleTag({ content: "body { background: var(--vscode-editor-background); }" });
    await picture(page, `${kind}-top`);
    await page.locator("summary").click();
    for (const [i, theme] of (Object.keys(THEMES) as ThemeName[]).entries()) {
      await setTheme(page, theme);
      expect(await seriousViolations(page, i > 0 ? "colors" : "all"), theme).toEqual([]);
      await picture(page, `${kind}-${theme}`);
    }
    await context.close();
  });
});

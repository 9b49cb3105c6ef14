/** The panel alone in a browser: what captions, badges and findings say of the gradient that is plotted. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { MetricsLog } from "../../src/core/training/metricsLog";
import { createTrainer } from "../../src/core/training/trainer";
import { createWasmNetwork } from "../../src/kernel/wasmNetwork";
import { ScalarSeries } from "../../src/shared/trace/scalarSeries";
import { TraceBuffer } from "../../src/shared/trace/traceBuffer";
import { experimentOf } from "../unit/core/support";
import { viewOf } from "../unit/webview/support";
import { arrangeAll, canvas, eventually, open, servePanel } from "./panelPage";

servePanel();

const badge = async (page: Page): Promise<string> => (await page.locator(".card-gradient .factor").textContent()) ?? "";
const caption = (page: Page): Promise<string> =>
  page.locator(".card-gradient .explanation").evaluate((node) => node.textContent);

describe("the gradient by time step", () => {
  it("has one total in badge, caption and summary, and the word of the finding beside it", async () => {
    const page = await open({ scenario: "vanishes" });
    await eventually(() => badge(page)).toMatch(/^×\S+ over 30 steps · vanishing$/);
    const [total] = (await badge(page)).split(" · ");
    await eventually(() => caption(page)).toContain(`${total}.`);
    await eventually(() => canvas(page, "gradient").getAttribute("aria-label")).toContain(`${total}.`);
    await eventually(() => page.locator(".finding").allInnerTexts()).toEqual([expect.stringContaining("Vanishing")]);
    // The saved picture has the caption under it, in lines.
    const saved = (await savedPicture(page))
      .replace(/<desc>.*?<\/desc>/s, "")
      .replaceAll(/<[^>]+>/g, " ")
      .replaceAll(/\s+/g, " ");
    expect(saved).toContain((await caption(page)).split(". ")[0]);
  });

  it("says one sentence in sight, and the others after More, which keys reach", async () => {
    const page = await open({ scenario: "lstm" });
    const rest = page.locator(".card-gradient .explanation-rest");
    const more = page.getByRole("button", { name: "Show more about Gradient by time step" });
    await eventually(() => rest.textContent()).toContain("Predicted: ");
    await eventually(() => rest.isVisible()).toBe(false);
    await more.press("Enter");
    await eventually(() => rest.isVisible()).toBe(true);
    await page.getByRole("button", { name: "Show less about Gradient by time step" }).press("Enter");
    await eventually(() => rest.isVisible()).toBe(false);
  });

  it("raises no alarm where there is no finding", async () => {
    const page = await open({ scenario: "done" });
    await eventually(() => badge(page)).toMatch(/^×\S+ over 10 steps$/);
    await eventually(() => page.locator(".card-gradient .factor").getAttribute("class")).toBe("factor");
    await eventually(() => page.locator(".findings-none").innerText()).toBe(
      "No issues found (501 iterations checked).",
    );
    await eventually(() => caption(page)).toMatch(
      /^Measured: ×\S+ per step back, ×\S+ over 10 steps\. Predicted: ×\S+ per step back, the recurrent weight\. Consistent with the prediction/,
    );
  });

  it("marks what float32 does not hold, and leaves it out of the factor", async () => {
    const page = await open({ scenario: "done" });
    await page.evaluate(
      ({ header, view, rows, columns, scalars }) =>
        window.fakeHost.post({
          type: "snapshot",
          sequence: 1e6,
          view,
          header,
          rows: { rows, columns: columns.map((values) => Float64Array.from(values)) },
          scalars: {
            ...scalars,
            points: Float64Array.from(scalars.points),
            means: Float64Array.from(scalars.means),
          },
          ghosts: [],
          surface: null,
        }),
      traceInFloat32(),
    );
    await eventually(() => badge(page)).toMatch(/^×\S+ over \d{3} steps$/);
    await eventually(() => caption(page)).toMatch(
      /^Measured: ×0\.900 per step back, .* Below float32's range \(1\.0e-28\) before step \d+; not counted\./,
    );
    await eventually(() => page.locator(".card-gradient .readout").innerText()).toContain("below float32's range");
    await eventually(() => page.locator(".card-heat .readout").innerText()).toContain("below float32's range");
    // The first step has a value that is not one, and says so instead.
    await page.locator(".card-gradient .plot-cursor").focus();
    await page.keyboard.press("Home");
    for (const card of ["gradient", "heat"])
      await eventually(() => page.locator(`.card-${card} .readout`).innerText()).toMatch(/t = 0[^]*below 1\.0e-28/);
    const spoken = page.locator(".card-gradient .plot-cursor");
    await eventually(() => spoken.getAttribute("aria-valuetext")).toContain("sum below 1.0e-28");
    // The rows between are not there, but the rules saw them.
    await eventually(() => page.locator(".findings-none").innerText()).toBe("No issues found (40 iterations checked).");
    await page.locator(".card-gradient .card-tools .tool").last().click();
    await eventually(() => page.locator(".card-gradient thead").innerText()).toContain("below float32's range");
  });
});

describe("the predicted gradient of a cell with gates", () => {
  it("is named apart from what passes through the cell alone, in legend, caption, table and summary", async () => {
    const page = await open({ scenario: "lstm" });
    const readout = (): Promise<string> => page.locator(".card-gradient .readout").innerText();
    await eventually(readout).toMatch(/norm[^]*predicted\s+×\S+ per step back[^]*through the cell alone/);
    await eventually(() => caption(page)).toMatch(
      /Predicted: ×\S+ per step back, the spectral radius of the mean step Jacobian of h and c\. .* Through the cell alone: the product of the forget gates f \(mean 0\.\d+\)\. /,
    );
    await eventually(() => canvas(page, "gradient").getAttribute("aria-label")).toMatch(
      /The predicted line is .* A thin line shows what passes through the cell alone/,
    );
    await page.locator(".card-gradient .plot-cursor").focus();
    await page.keyboard.press("Home");
    await eventually(readout).toMatch(/t = 0[^]*predicted\s+\d\S+[^]*through the cell alone\s+\d/);
    await eventually(() => page.locator(".card-gradient .plot-cursor").getAttribute("aria-valuetext")).toMatch(
      /mean norm \S+, predicted \S+, through the cell alone \S+$/,
    );
    await page.locator(".card-gradient .card-tools .tool").last().click();
    await eventually(() => page.locator(".card-gradient thead").innerText()).toMatch(
      /norm\s+predicted\s+through the cell alone/,
    );
    // The lstm's path through the cell begins a step before the last.
    await eventually(() => page.locator(".card-gradient tbody tr").first().innerText()).toMatch(/–$/);
  });

  it("has the eigenvalues of the mean step Jacobian", async () => {
    const page = await open({ scenario: "lstm" });
    await arrangeAll(page, "Unfold All");
    await page.locator(".card-spectrum").scrollIntoViewIfNeeded();
    await eventually(() => page.locator(".card-spectrum h2").innerText()).toBe("Eigenvalues of the mean step Jacobian");
    await eventually(() => canvas(page, "spectrum").getAttribute("aria-label")).toMatch(
      /^Eigenvalues of the mean step Jacobian of layer 0 at iteration \d+: 32 in total, \d+ outside the unit circle\./,
    );
    await eventually(() => page.locator(".card-spectrum .explanation").textContent()).toMatch(
      /grows .* outside the circle/,
    );
  });
});

it("a loss that is not finite reads so in its finding", async () => {
  const page = await open({ scenario: "diverged" });
  await eventually(() => page.locator(".findings").innerText()).toMatch(/loss\s+(NaN|∞)/);
});

async function savedPicture(page: Page): Promise<string> {
  await page.evaluate(() =>
    window.fakeHost.post({ type: "drawChart", requestId: 7, chart: "gradient", format: "svg" }),
  );
  const file = (): Promise<string | undefined> =>
    page.evaluate(() => {
      const answer = window.fakeHost.received.find((message) => message.type === "chartFile");
      return answer === undefined ? undefined : new TextDecoder().decode(answer.content);
    });
  await eventually(file).toBeDefined();
  return (await file()) ?? "";
}

/** Iterations 0 and 39 of a linear unit with the recurrent weight 0.9 over 1200 steps, by the float32 engine. */
function traceInFloat32() {
  const experiment = experimentOf({
    engine: "float32",
    task: { kind: "count-ones", sequences: 4, length: 1200 },
    model: { init: { weight_ih_l0: 1, weight_hh_l0: 0.9 } },
    training: { optimizer: { kind: "sgd", learningRate: 1e-12 }, iterations: 100 },
  });
  const trainer = createTrainer(experiment, { kernel: (spec, capacity) => createWasmNetwork(spec, capacity) });
  const buffer = new TraceBuffer(trainer.columns, 8);
  const log = new MetricsLog(trainer.columns);
  for (let iteration = 0; iteration < 40; iteration++) {
    trainer.step(iteration === 0 || iteration === 39 ? buffer : null);
    log.add(iteration, trainer.metrics);
  }
  const series = new ScalarSeries(trainer.columns);
  series.append(log.take());
  const { points, means, ...scalars } = series.snapshot();
  const { rows, columns } = buffer.snapshot();
  return {
    header: trainer.header("float32", "0"),
    view: viewOf({ status: { ...viewOf().status, phase: "done", iteration: 40, iterations: 40 } }),
    rows,
    columns: columns.map((values) => Array.from(values)),
    scalars: { ...scalars, points: Array.from(points), means: Array.from(means) },
  };
}

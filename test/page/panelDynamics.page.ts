/** The panel alone in a browser: what happens inside a network, computed when the reader asks for it. */
import { describe, expect, it } from "vitest";
import { arrangeAll, eventually, open, received, servePanel } from "./panelPage";

servePanel();

/** Each with what it says, how many plots it has, and a column of its last table. */
const ANALYSES = [
  {
    id: "jacobians",
    button: "Compute Jacobians",
    summary: /^Jacobians of \d+ steps at iteration \d+: over all steps, a change grows by at most [\d.]+ per step/,
    plots: 4,
    readout: /growth per step\s+[\d.]+/,
    column: "ln |λ|",
  },
  {
    id: "lyapunov",
    button: "Compute Exponents",
    summary: /^Lyapunov exponents at iteration \d+: the largest is -?[\d.]+ per step/,
    plots: 2,
    readout: /largest exponent\s+-?[\d.]+ per step/,
    column: "λ 2",
  },
  {
    id: "memory",
    button: "Analyze Memory",
    summary: /^Memory of the inputs at iteration \d+: a capacity of [\d.]+ over \d+ steps/,
    plots: 2,
    readout: /memory capacity\s+[\d.]+/,
    column: "R²",
  },
  {
    id: "sharpness",
    button: "Compute Sharpness",
    summary: /^Sharpness at iteration \d+: [\d.]+/,
    plots: 1,
    readout: /sharpness\s+[\d.]+/,
    column: "Learning rate",
  },
] as const;

describe("the views of the dynamics", () => {
  it("find the fixed points when asked, in parts, under a constant input, and draw them from any side", async () => {
    const page = await open({ scenario: "rnn" });
    await arrangeAll(page, "Unfold All");
    const card = page.locator(".card-fixed-points");
    await card.scrollIntoViewIfNeeded();
    await eventually(() => card.locator(".plot-empty").innerText()).toContain("Select Find Fixed Points to start");
    await eventually(() => received(page)).not.toContainEqual(
      expect.objectContaining({ question: expect.objectContaining({ kind: "fixedPoints" }) }),
    );
    await card.getByRole("button", { name: "Find Fixed Points" }).click();
    const label = async (): Promise<string> => (await card.locator(".plot canvas").getAttribute("aria-label")) ?? "";
    await eventually(label).toMatch(/^Fixed points at iteration \d+: \d+ stable, \d+ saddles/);
    await eventually(() => card.getByRole("progressbar").isHidden()).toBe(true);
    await eventually(() => card.locator(".readout").innerText()).toMatch(/stable\s+\d+\s+saddle\s+\d+/);
    await card.getByLabel("Principal components", { exact: true }).selectOption("0 2");
    await card.getByLabel("Colors of the trajectories").selectOption("time");
    await eventually(() => card.locator(".legend-bar").innerText()).toMatch(/t = 0\s*t = \d+/);
    await card.getByLabel("Principal components", { exact: true }).selectOption("space");
    const place = async (): Promise<string> => (await card.getByRole("slider").getAttribute("aria-valuetext")) ?? "";
    await eventually(place).toContain("turned by 35° and seen from 25° above");
    await card.getByRole("slider").press("ArrowLeft");
    await eventually(place).toContain("turned by 40° and seen from 25° above");
    const box = (await card.locator(".plot canvas").boundingBox())!;
    await page.mouse.move(box.x + 200, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 180, box.y + 120, { steps: 3 });
    await page.mouse.up();
    await eventually(place).toContain("turned by 50° and seen from 35° above");
    const input = card.getByLabel("Constant input: one number for each input");
    await input.fill("1, up");
    await input.press("Enter");
    await eventually(() => card.getByRole("alert").innerText()).toContain('The input has "up", which is not a number.');
    await input.fill("0.5, 1, 2");
    await input.press("Enter");
    await eventually(() => card.getByRole("alert").innerText()).toContain("The input has 3 numbers");
    await input.fill("0.5, 1");
    await input.press("Enter");
    await eventually(() => card.locator(".explanation").textContent()).toContain("The input is constant: 0.5, 1.");
    await eventually(() => card.getByRole("alert").isVisible()).toBe(false);
    await card.getByRole("button", { name: /table/i }).click();
    await eventually(() => card.locator("th").allInnerTexts()).toContain("Component 3");
    await eventually(() => card.locator("tbody tr").count()).toBeGreaterThan(0);
  });

  it("compute the other analyses when asked, each with its plots, numbers and table", async () => {
    const page = await open({ scenario: "rnn" });
    await arrangeAll(page, "Unfold All");
    for (const { id, button, summary, plots, readout, column } of ANALYSES) {
      const card = page.locator(`.card-${id}`);
      await card.scrollIntoViewIfNeeded();
      await eventually(() => card.locator(".plot-empty").innerText()).toContain(`Select ${button}`);
      await card.getByRole("button", { name: button }).click();
      const label = async (): Promise<string> => (await card.locator(".plot canvas").getAttribute("aria-label")) ?? "";
      await eventually(label).toMatch(summary);
      await eventually(() => card.locator(".readout").innerText()).toMatch(readout);
      if (plots > 1) expect(await card.locator("select:visible option").count()).toBe(plots);
      for (let plot = 1; plot < plots; plot++) {
        const before = await label();
        await card.locator("select:visible").selectOption({ index: plot });
        await eventually(label).not.toBe(before);
      }
      await card.getByRole("button", { name: /table/i }).click();
      await eventually(() => card.locator("th").allInnerTexts()).toContain(column);
      await eventually(() => card.locator("tbody tr").count()).toBeGreaterThan(0);
    }
  });

  it("draw the psychometric curve of trials with coherences, of each context, read off by the keys", async () => {
    const page = await open({ scenario: "decision" });
    await page.evaluate(() => window.fakeHost.post({ type: "perform", action: "computePsychometricCurve" }));
    const card = page.locator(".card-psychometric");
    const label = async (): Promise<string> => (await card.locator(".plot canvas").getAttribute("aria-label")) ?? "";
    await eventually(label).toMatch(/^Psychometric curve at iteration 100: bias -?[\d.]+%, threshold [\d.]+%\./);
    const place = async (): Promise<string> => (await card.getByRole("slider").getAttribute("aria-valuetext")) ?? "";
    await eventually(place).toMatch(/^coherence 50%: ?, choice 1 [\d.]+ \([\d.]+–[\d.]+\)$/);
    await card.getByRole("slider").press("ArrowLeft");
    await eventually(place).toMatch(/^coherence 15%/);
    await card.getByRole("slider").press("Home");
    await eventually(place).toMatch(/^coherence -50%/);
    await eventually(() => card.getByRole("slider").getAttribute("aria-valuenow")).toBe("0");
    await card.getByLabel("Trials", { exact: true }).selectOption("contexts");
    await eventually(place).toMatch(/modality 1 decides [\d.]+ .*modality 2 decides [\d.]+ /);
    await card.getByLabel("Trials", { exact: true }).selectOption("ignored");
    await eventually(label).toContain("by the coherence of the modality to ignore");
    await card.getByLabel("Trials", { exact: true }).selectOption("all");
    await card.getByRole("button", { name: /table/i }).click();
    await eventually(() => card.locator("th").allInnerTexts()).toContain("Upper end");
    await eventually(() => card.locator("tbody tr").count()).toBe(6);
    const other = await open({ scenario: "rnn" });
    await eventually(() => other.locator(".card-psychometric").isVisible()).toBe(false);
  });

  it("draw the psychometric curve of comparisons by the difference, or by the ratio of the strengths", async () => {
    const page = await open({ scenario: "comparison" });
    await page.evaluate(() => window.fakeHost.post({ type: "perform", action: "computePsychometricCurve" }));
    const card = page.locator(".card-psychometric");
    const place = async (): Promise<string> => (await card.getByRole("slider").getAttribute("aria-valuetext")) ?? "";
    await eventually(place).toMatch(/^difference 8: ?, choice 1 [\d.]+ /);
    const facts = (): Promise<string> => card.locator(".readout").innerText();
    await eventually(facts).toMatch(/bias\s+-?[\d.]+\s+threshold\s+[\d.]+\s/);
    await card.getByLabel("Trials", { exact: true }).selectOption("ratio");
    await eventually(place).toMatch(/^ratio 1.8: ?, choice 1 [\d.]+ /);
    // In the unit of the axis, not those of the difference.
    await eventually(facts).toMatch(/bias\s+×[\d.]+\s+threshold\s+×[\d.]+\s/);
    await eventually(() => card.locator(".plot canvas").getAttribute("aria-label")).toMatch(
      /: bias ×\S+, threshold ×\S+\./,
    );
    await eventually(() => card.getByLabel("Trials", { exact: true }).locator("option").allInnerTexts()).toEqual([
      "by the difference",
      "by the ratio",
    ]);
  });

  it("add to the sharpness of one iteration that of another, and compute it again when asked again", async () => {
    const page = await open({ scenario: "rnn" });
    await page.evaluate(() => window.fakeHost.post({ type: "perform", action: "computeSharpness" }));
    const card = page.locator(".card-sharpness");
    const label = async (): Promise<string> => (await card.locator(".plot canvas").getAttribute("aria-label")) ?? "";
    await eventually(label).toContain("iterations computed: 1");
    await page.evaluate(() => window.fakeHost.post({ type: "perform", action: "goToFirst" }));
    await card.getByRole("button", { name: "Compute Sharpness" }).click();
    await eventually(label).toContain("iterations computed: 2");
    await card.getByRole("button", { name: "Compute Sharpness" }).click();
    await eventually(() => received(page)).toContainEqual(
      expect.objectContaining({ question: expect.objectContaining({ kind: "sharpness", attempt: 3 }) }),
    );
    await eventually(() => card.getByRole("progressbar").isHidden()).toBe(true);
    await eventually(() => label()).toContain("iterations computed: 2");
    await card.getByLabel("Iterations to compute").selectOption("run");
    await card.getByRole("button", { name: "Compute Sharpness" }).click();
    await eventually(label).toContain("iterations computed: 9");
    await eventually(() => card.getByRole("progressbar").isHidden()).toBe(true);
  });

  it("start the search for fixed points and bring it into view when the command asks", async () => {
    const page = await open({ scenario: "rnn" });
    await arrangeAll(page, "Fold All");
    await page.evaluate(() => window.fakeHost.post({ type: "perform", action: "findFixedPoints" }));
    const card = page.locator(".card-fixed-points");
    await eventually(() => card.locator(".readout").innerText()).toMatch(/stable\s+\d+\s+saddle\s+\d+/);
    const box = await card.locator(".plot canvas").boundingBox();
    expect(box?.y ?? Infinity).toBeLessThan(page.viewportSize()?.height ?? 0);
  });
});

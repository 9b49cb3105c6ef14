/** The panel alone in a browser: the band of several seeds in the chart of the loss. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually, open, pixels, pixelsAtRest, received, servePanel } from "./panelPage";
import { seriousViolations } from "./violations";

servePanel();

/** Four seeds of the experiment that the page shows, one of which diverged at once, and one at the last iteration. */
async function postSeeds(page: Page, change: object = {}): Promise<void> {
  await page.evaluate((changed) => {
    const iterations = Float64Array.from({ length: 251 }, (_, i) => 2 * i);
    const seed = (number: number, scale: number, points: number, status = "done"): object => ({
      seed: number,
      status,
      message: null,
      iterations: 500,
      finalLoss: status === "done" ? scale : NaN,
      accuracy: NaN,
      exactAccuracy: NaN,
      reached: null,
      baseline: 2,
      curve: Float64Array.from({ length: points }, (_, i) => scale * (1 + 10 * Math.exp(-i / 40))),
    });
    const trials = {
      phase: "done",
      message: null,
      waiting: false,
      percent: 64,
      seeds: [1, 2, 3, 4],
      goal: null,
      loss: { on: "training", window: 1, final: "mean" },
      iterations,
      results: [seed(1, 0.1, 251), seed(2, 1, 251), seed(3, 3, 251), seed(4, 30, 40, "diverged")],
      ...changed,
    };
    window.fakeHost.post({ type: "seeds", trials });
  }, change);
}

describe("the band of several seeds", () => {
  it("is drawn in the chart of the loss, named in its legend, table and words, and can be removed", async () => {
    const page = await open({ scenario: "done", frozen: true });
    const card = page.locator(".card-loss");
    const before = await pixelsAtRest(page, "loss");
    await postSeeds(page);
    await eventually(() => pixels(page, "loss")).not.toBe(before);
    const caption =
      "2 of 4 seeds end below the best baseline, 2. 1 of 4 diverged. " +
      "Mean training loss of the last 5%: median 1, from 0.1 to 3. Band: training loss with seeds 1 to 4.";
    await eventually(() => card.locator(".explanation").textContent()).toBe(caption);
    await eventually(() => card.locator(".card-details").innerText()).toMatch(
      /median of 3 seeds\s+1\.02\s+25–75%\s+0\.561 – 2\.04\s+min–max\s+0\.102 – 3\.06/,
    );
    await eventually(() => card.locator("canvas").first().getAttribute("aria-label")).toContain(caption);
    await card.locator(".plot-cursor").press("Home");
    await eventually(() => card.locator(".plot-cursor").getAttribute("aria-valuetext")).toMatch(
      /^iteration 0: .*median of 4 seeds 22$/,
    );

    await card.getByLabel("Show Loss as table").click();
    await eventually(() =>
      card
        .locator("thead th")
        .allTextContents()
        .then((heads) => heads.slice(-6)),
    ).toEqual(["Seeds", "Seeds: minimum", "Seeds: 25%", "Seeds: median", "Seeds: 75%", "Seeds: maximum"]);
    const first = await card.locator("tbody tr").first().locator("td").allTextContents();
    expect(first.slice(-6)).toEqual(["4", "1.1", "8.525", "22", "107.25", "330"]);
    expect(await seriousViolations(page, "all")).toEqual([]);
    await card.getByLabel("Show Loss as table").click();

    await card.getByRole("button", { name: "Remove Seeds" }).click();
    await eventually(() => received(page)).toContainEqual({ type: "command", command: "removeSeeds" });
    await eventually(() => card.locator(".explanation").isVisible()).toBe(false);
    await card.locator(".plot-cursor").press("End");
    await eventually(() => pixels(page, "loss")).toBe(before);
  });

  it("says how far the seeds have come, what they wait for, and why there are none", async () => {
    const page = await open({ scenario: "done", frozen: true });
    const progress = page.locator(".card-loss .card-tools .aside-note");
    await postSeeds(page, { phase: "running" });
    await eventually(() => progress.textContent()).toBe("4 of 4 seeds · 64%");
    await postSeeds(page, { phase: "running", waiting: true });
    await eventually(() => progress.textContent()).toBe("4 of 4 seeds, waiting for a free core");
    await postSeeds(page, { phase: "stopped", results: [] });
    await eventually(() => progress.textContent()).toBe("stopped at 0 of 4 seeds");
    await postSeeds(page, { phase: "failed", message: "No memory.", results: [], loss: null });
    await eventually(() => page.locator(".card-loss .explanation").textContent()).toBe("No memory.");
    const said = page.locator("[role='status']", { hasText: "Trying" });
    await eventually(() => said.textContent()).toBe("Trying seeds: stopped at 0 of 4 seeds.");
    await postSeeds(page, { phase: "running" });
    await eventually(() => progress.textContent()).toBe("4 of 4 seeds · 64%");
    await postSeeds(page);
    await eventually(() => said.textContent()).toMatch(/^Trying 4 seeds is done\. 2 of 4 seeds end below/);
    await postSeeds(page, { results: [{}] });
    await eventually(async () => (await received(page)).filter(({ type }) => type === "viewError").length).toBe(1);
  });

  it("comes from ten real trainings by one click", async () => {
    const page = await open({ scenario: "done" });
    const card = page.locator(".card-loss");
    await card.getByRole("button", { name: "Try 10 Seeds" }).click();
    await card.getByRole("button", { name: "Remove Seeds" }).waitFor();
    await eventually(() => card.locator(".explanation").textContent()).toMatch(
      /^\d+ of 10 seeds end below the best baseline of their data, .* Band: training loss with seeds \d+ to \d+\.$/,
    );
  });
});

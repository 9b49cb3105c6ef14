/** The panel alone in a browser: networks with layers, gates, mini-batches and texts. */
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { canvas, eventually, open, pixels, pixelsOf, servePanel } from "./panelPage";

servePanel();

describe("models with layers, gates and batches", () => {
  const quantity = (page: Page): Locator => page.locator(".card-states select").last();

  it("show validation, accuracy, epochs and a learning rate that changes, and no loss surface", async () => {
    const page = await open({ scenario: "lstm" });
    for (const chart of ["loss", "accuracy", "rate", "heat", "gradient", "states", "norm"])
      expect((await pixelsOf(page, chart)).colors, chart).toBeGreaterThan(10);
    await eventually(() => page.locator(".card-surface").isVisible()).toBe(false);
    await eventually(() => page.locator(".card-loss .readout").innerText()).toMatch(
      /training\s+[\d.]+\s+validation\s+[\d.]+/,
    );
    // It is validated every ten iterations.
    await eventually(() => page.locator(".card-loss .card-details").innerText()).toMatch(
      /best validation\s+[\d.]+ at iteration \d*0\b/,
    );
    await eventually(() => page.locator(".figures").innerText()).toMatch(/Epoch\s+3\.2\s*of 3\.2/);
    await eventually(() => page.locator(".about").getAttribute("title")).toBe(
      "lstm · 16 units · float64 · 1,297 parameters · 50 time steps",
    );
    const tutorial = await open();
    await eventually(() => tutorial.locator(".card-rate").isVisible()).toBe(false);
  });

  it("show the baselines of a series in the picture, in the figures, in words and as a table", async () => {
    const page = await open({ scenario: "series" });
    await pixels(page, "loss");
    const drawn = await page.evaluate(() => [...(window as unknown as { drawnWords: Set<string> }).drawnWords]);
    const values = ["best constant", "last value", "memoryless", "linear map"].map(
      (name) => drawn.find((text) => text.startsWith(`${name} `))?.slice(name.length + 1) ?? "",
    );
    for (const value of values) expect(Number(value)).toBeGreaterThan(0);
    const lowest = values.reduce((least, value) => (Number(value) < Number(least) ? value : least));
    await eventually(() => page.locator(".figures").innerText()).toContain(`Best baseline\n${lowest}`);
    await eventually(() => canvas(page, "loss").getAttribute("aria-label")).toContain(
      `Baselines on the validation set: best constant ${values[0]}`,
    );
    await page.locator(".card-loss .card-tools .tool").last().click();
    await eventually(() => page.locator(".card-loss thead").innerText()).toContain(
      "Baseline: linear map of the last 12 steps",
    );
  });

  it("show each gate, as a picture, in words and as a table", async () => {
    const page = await open({ scenario: "lstm" });
    await eventually(() => quantity(page).locator("option").allTextContents()).toEqual([
      "hidden state h",
      "gradient dL/dh",
      "cell state c",
      "input gate i",
      "forget gate f",
      "candidate g",
      "output gate o",
    ]);
    const seen = new Set([await pixels(page, "states")]);
    for (const id of ["stateGrad", "cell", "gate.i", "gate.f", "gate.g", "gate.o"]) {
      await quantity(page).selectOption(id);
      await eventually(async () => seen.has(await pixels(page, "states"))).toBe(false);
      seen.add(await pixels(page, "states"));
    }
    await eventually(() => canvas(page, "states").getAttribute("aria-label")).toMatch(
      /^output gate o of 16 units up to time step 50 .* \d+% of the values are saturated\.$/,
    );
    await page.locator(".card-states .card-tools .tool").last().click();
    await eventually(() => page.locator(".card-states tbody tr").count()).toBe(50);
  });

  it("show one layer at a time, the same in every card", async () => {
    const page = await open({ scenario: "gru" });
    const before = await Promise.all(["heat", "gradient", "states"].map((chart) => pixels(page, chart)));
    await page.locator(".card-heat select").selectOption("0");
    for (const [i, chart] of ["heat", "gradient", "states"].entries())
      await eventually(() => pixels(page, chart)).not.toBe(before[i]);
    for (const card of ["gradient", "states"])
      await eventually(() => page.locator(`.card-${card} select`).first().inputValue(), card).toBe("0");
  });

  it("show the weights of a small model, each by its name", async () => {
    const page = await open({ scenario: "rnn" });
    await eventually(async () => (await pixelsOf(page, "weights")).colors).toBeGreaterThan(10);
    const box = (await page.locator(".card-weights .plot-cursor").boundingBox())!;
    await page.mouse.move(box.x + 10, box.y + 24);
    await eventually(() => page.locator(".card-weights .readout").innerText()).toMatch(
      /^weight_ih_l0\[0, 0\]\s+-?[\d.]+\s+norm\s+[\d.]+$/,
    );
    await page.locator(".card-weights .card-tools .tool").last().click();
    await eventually(() => page.locator(".card-weights tbody tr").count()).toBe(25);
    await eventually(() => page.locator(".card-states .saturation").textContent()).toMatch(/^\d+% saturated$/);
  });

  it("show a text in its characters, and tell the unit under the pointer", async () => {
    const page = await open({ scenario: "text" });
    await page.locator(".card-states .plot-cursor").press("Home");
    await page.locator(".card-states .plot-cursor").press("ArrowRight");
    await eventually(() => page.locator(".card-states .readout").innerText()).toMatch(/input\s+r\s[\s\S]*target\s+a/);
    const box = (await page.locator(".card-states .plot-cursor").boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 12);
    await eventually(() => page.locator(".card-states .readout-label").first().textContent()).toMatch(
      /^h of unit 19 at t = 1\d$/,
    );
  });
});

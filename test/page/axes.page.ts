/** The panel alone in a browser: the choice of axes and smoothing, by keyboard, and what the charts then say. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually, open, pixels, pixelsAtRest, servePanel } from "./panelPage";
import { seriousViolations } from "./violations";

servePanel();

/** On all canvases so far. */
const drawnWords = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...(window as unknown as { drawnWords: Set<string> }).drawnWords]);
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? "");

async function openMenu(page: Page): Promise<void> {
  await page.locator(".axes-menu > button").press("Enter");
  await page.locator(".axes-panel").waitFor();
}

describe("the Axes menu", () => {
  it("opens, is gone through, and closes by keyboard, without moving the cursor of the charts", async () => {
    const page = await open({ scenario: "gru", frozen: true });
    await page.locator(".card-loss .plot-cursor").press("Home");
    await eventually(() => page.locator(".cursor-place").textContent()).toBe("0");
    await openMenu(page);
    await eventually(() => focused(page)).toBe("Log");
    const log = await pixels(page, "loss");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await eventually(() => pixels(page, "loss")).not.toBe(log);
    await eventually(() => page.locator(".axes-panel [aria-pressed='true']").allTextContents()).toEqual([
      "Linear",
      "Iteration",
      "All",
    ]);
    expect(await seriousViolations(page, "all")).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator(".axes-panel").waitFor({ state: "hidden" });
    await eventually(() => focused(page)).toBe("Axes");
    await eventually(() => page.locator(".cursor-place").textContent()).toBe("0");
    await openMenu(page);
    await page.locator(".card-loss .plot-cursor").focus();
    await page.locator(".axes-panel").waitFor({ state: "hidden" });
  });

  it("smooths the curves over faint ones; the readout has both values, the table the recorded ones", async () => {
    const page = await open({ scenario: "gru", frozen: true });
    const [raw, norm] = [await pixels(page, "loss"), await pixels(page, "norm")];
    await openMenu(page);
    const slider = page.getByRole("slider", { name: "Smoothing" });
    await slider.press("End");
    await eventually(() => slider.getAttribute("aria-valuetext")).toBe("0.99");
    await eventually(() => pixels(page, "loss")).not.toBe(raw);
    await eventually(() => pixels(page, "norm")).not.toBe(norm);
    for (const card of ["loss", "norm", "accuracy"]) {
      await page.locator(`.card-${card}`).scrollIntoViewIfNeeded();
      await eventually(() => page.locator(`.card-${card} .readout`).innerText()).toMatch(/smoothed\s+[\d.]+/);
    }
    await eventually(() => page.locator(".card-loss .plot-cursor").getAttribute("aria-valuetext")).toMatch(
      /^iteration 200: training ([\d.]+), smoothed (?!\1,)[\d.]+, validation [\d.]+$/,
    );
    await page.keyboard.press("Escape");
    await page.getByLabel("Show Loss as table").click();
    await eventually(() => page.locator(".card-loss caption").textContent()).toMatch(
      /^Loss by iteration, not smoothed/,
    );
    await page.getByLabel("Show Loss as table").click();
    await openMenu(page);
    await slider.press("Home");
    await eventually(() => page.locator(".card-loss .readout").innerText()).not.toContain("smoothed");
  });

  it("counts epochs where there are batches, and says why an axis cannot be chosen", async () => {
    const page = await open({ scenario: "gru", frozen: true });
    const norm = page.locator(".card-norm .plot-cursor");
    const hover = async (): Promise<string | null> => {
      await page.locator(".card-norm").scrollIntoViewIfNeeded();
      await norm.hover({ position: { x: 300, y: 60 } });
      await eventually(() => page.locator(".cursor-place").textContent()).not.toBe("200");
      return page.locator(".cursor-place").textContent();
    };
    const place = await hover();
    await page.mouse.move(2, 2);
    await eventually(() => page.locator(".cursor-place").textContent()).toBe("200");
    await openMenu(page);
    await page.getByRole("button", { name: "Epoch" }).click();
    await eventually(() => drawnWords(page)).toContain("epoch");
    // The cursor stays one over iterations.
    await page.keyboard.press("Escape");
    // An epoch would be a small number. The plot may be some pixels wider than before.
    expect(Math.abs(Number(await hover()) - Number(place))).toBeLessThan(10);
    await openMenu(page);
    const time = page.locator(".axes-panel .segment", { hasText: "Time" });
    await eventually(() => time.getAttribute("aria-disabled")).toBe("true");
    await eventually(() => time.getAttribute("title")).toContain("not recorded");
    const before = await pixelsAtRest(page, "loss");
    await time.evaluate((button: HTMLElement) => button.click());
    await eventually(() => page.locator(".axes-panel [aria-pressed='true']").allTextContents()).toContain("Epoch");
    expect((await pixelsAtRest(page, "loss")) === before).toBe(true);

    const single = await open({ scenario: "done", frozen: true });
    await eventually(() =>
      single.locator(".axes-panel .segment", { hasText: "Epoch" }).getAttribute("title"),
    ).toContain("No epochs");
  });

  it("shows the training time of a run that it saw train", async () => {
    const page = await open({ scenario: "running" });
    await openMenu(page);
    const time = page.locator(".axes-panel .segment", { hasText: "Time" });
    await eventually(() => time.getAttribute("aria-disabled")).toBeNull();
    await time.click();
    await eventually(() => drawnWords(page)).toContain("training time (ms)");
    await eventually(() => page.locator(".card-loss .card-details").innerText()).toContain("time not recorded");
  });

  it("does what its command does", async () => {
    const page = await open({ scenario: "gru", frozen: true });
    const before = await pixels(page, "loss");
    for (const action of ["linearLossAxis", "afterSpike", "moreSmoothing", "epochAxis"])
      await page.evaluate((name) => window.fakeHost.post({ type: "perform", action: name }), action);
    await eventually(() => pixels(page, "loss")).not.toBe(before);
    await eventually(() => page.locator(".axes-panel [aria-pressed='true']").allTextContents()).toEqual([
      "Linear",
      "Epoch",
      "After Spike",
    ]);
    await eventually(() => page.getByRole("slider", { name: "Smoothing", includeHidden: true }).inputValue()).toBe(
      "0.6",
    );
  });
});

describe("the legend of the loss", () => {
  it("has a line of its own color for each run, in one line each also in a narrow panel", async () => {
    const page = await open({ scenario: "running", frozen: true, size: { width: 500, height: 900 } });
    const colors = await page
      .locator(".card-loss .swatch:visible")
      .evaluateAll((nodes) => nodes.map((node) => getComputedStyle(node).color));
    expect(colors).toHaveLength(3);
    expect(new Set(colors).size).toBe(3);
    for (const line of [".card-values", ".card-details"])
      expect((await page.locator(`.card-loss ${line}`).boundingBox())!.height, line).toBeLessThanOrEqual(20);
    await eventually(() => page.locator(".card-loss .card-details").getAttribute("title")).toMatch(
      /^run 2 [\d.e-]+ · run 1 /,
    );
  });

  it("stays where it is while the run goes on", async () => {
    const page = await open({ scenario: "running" });
    const places = await page.evaluate(async () => {
      const seen = new Set<string>();
      for (let frame = 0; frame < 25; frame++) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const boxes = [...document.querySelectorAll(".card-loss :is(.readout-item, .plot, .card-tools > *)")].map(
          (node) => {
            const { left, top } = node.getBoundingClientRect();
            return [left, top - document.querySelector(".card-loss")!.getBoundingClientRect().top];
          },
        );
        seen.add(JSON.stringify(boxes));
      }
      return [...seen];
    });
    expect(places, places.join("\n")).toHaveLength(1);
  });
});

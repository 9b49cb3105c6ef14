/** What the page of a sweep asks of the window. */
import { describe, expect, it } from "vitest";
import type { SweepPageMessage } from "../../src/shared/wire/sweepProtocol";
import { eventually, openOther, pressAtOnce, servePanel } from "./panelPage";

interface FakeWindow {
  readonly fakeSweep: { readonly received: SweepPageMessage[] };
}

servePanel();

describe("the best run of a sweep", () => {
  it("is written into the file by a button that says which values these are", async () => {
    const page = await openOther("sweep", "sweep=grid", "canvas");
    const button = page.locator("vscode-button", { hasText: "Apply Best to File" });
    await page.locator(".pill-done").waitFor();
    const first = page.locator(".sweep-table .grid-row").first();
    const title = async (): Promise<string> => (await button.getAttribute("title")) ?? "";
    await eventually(() => title()).toMatch(/^Write learningRate .+, seed \d into the file, from run \d+ with loss /);
    const number = Number(/from run (\d+)/.exec(await title())?.[1]);
    // The table is drawn a moment later.
    await eventually(() => first.locator(".grid-cell").first().textContent()).toBe(String(number));
    await button.click();
    const sent = (): Promise<SweepPageMessage[]> =>
      page.evaluate(() => (window as unknown as FakeWindow).fakeSweep.received);
    await eventually(sent).toContainEqual({ type: "applyTrial", index: number - 1 });
  });
});

describe("the gradient that reaches step 1", () => {
  it("is drawn over the length of the sequences, as one line or by another parameter", async () => {
    const page = await openOther("sweep", "sweep=sizes", ".card-reach canvas");
    await page.locator(".pill-done").waitFor();
    const label = () => page.locator(".card-reach .plot canvas").getAttribute("aria-label");
    await eventually(label).toMatch(/^Gradient reaching step 1: 4 \S+, 8 \S+, 16 \S+, 32 \S+\.$/);
    await page.locator(".card-reach select").nth(1).selectOption("training.optimizer.learningRate");
    await eventually(label).toMatch(/: 0\.001: 4 .+ 0\.1: 4 .+\.$/);
    await eventually(() => page.locator(".card-reach .card-aside").innerText()).toMatch(/0\.001\s+0\.01\s+0\.1/);
  });

  it("is left out where there is no number to draw it over", async () => {
    const page = await openOther("sweep", "sweep=seeds&until=3", ".grid-row");
    await eventually(() => page.locator(".card-reach").isVisible()).toBe(false);
  });
});

describe("the table of a sweep", () => {
  it("counts each click on a heading, also where two come before the first is drawn", async () => {
    const page = await openOther("sweep", "made=300", ".grid-row");
    const heading = page.locator(".sweep-table [role=columnheader]", { hasText: "hiddenSize" });
    const sort = (): Promise<string | null> => heading.getAttribute("aria-sort");
    const click = (times: number): Promise<void> =>
      heading.locator("button").evaluate((button, count) => {
        for (let i = 0; i < count; i++) (button as HTMLElement).click();
      }, times);
    await click(2);
    await eventually(sort).toBe("descending");
    await click(2);
    await eventually(sort).toBe("ascending");
    await click(2);
    await eventually(sort).toBeNull();
  });
});

describe("the parallel coordinates of a sweep", () => {
  it("leave out of the table and the charts what keys on an axis leave out", async () => {
    const page = await openOther("sweep", "made=3000", ".grid-row");
    const note = page.locator(".sweep-table .card-subtitle");
    await eventually(() => note.innerText()).toContain("3,000 runs");
    const low = page.getByRole("slider", { name: "hiddenSize: lower end" });
    await low.focus();
    await pressAtOnce(low, "PageUp", 5);
    await eventually(() => note.innerText()).toMatch(/^1,\d{3} of 3,000 runs/);
    await eventually(() => page.locator(".card-distribution canvas").getAttribute("aria-label")).toMatch(/ of 1\d{3},/);
    await page.keyboard.press("Escape");
    await eventually(() => note.innerText()).toContain("3,000 runs");
    await page.locator(".filter-field").fill("cell:lstm loss<0.1");
    await eventually(() => note.innerText()).toMatch(/^\d{2,3} of 3,000 runs/);
    await eventually(() => page.locator(".card-best canvas").getAttribute("aria-label")).toContain("Best so far:");
  });

  it("are saved as a picture, and as a table of all runs", async () => {
    const page = await openOther("sweep", "made=300", ".grid-row");
    const sent = (): Promise<string[]> =>
      page.evaluate(() =>
        (window as unknown as FakeWindow).fakeSweep.received.flatMap((message) =>
          message.type === "chartFile"
            ? [`${message.chart} ${message.format} ${new TextDecoder().decode(message.content).split("\n").length}`]
            : message.type === "chartFailed"
              ? [message.message]
              : [],
        ),
      );
    for (const format of ["SVG", "CSV"]) {
      await page.getByRole("button", { name: "Save Parallel coordinates" }).click();
      await page.getByRole("menuitem", { name: format }).locator("visible=true").click();
    }
    await eventually(sent).toContainEqual("parallel csv 302");
    await eventually(sent).toContainEqual(expect.stringContaining("parallel svg "));
  });
});

describe("the contour and the mean over seeds of a sweep", () => {
  it("say what they show, with other axes and as differences, and have their formulas", async () => {
    const page = await openOther("sweep", "made=300", ".grid-row");
    const label = (card: string) => page.locator(`.card-${card} .plot canvas`).getAttribute("aria-label");
    await eventually(() => label("contour")).toMatch(
      /^Contour: Loss over training.optimizer.learningRate and training.optimizer.weightDecay; runs: 2\d\d\.$/,
    );
    await page.locator(".card-contour select").nth(1).selectOption("model.hiddenSize");
    await eventually(() => label("contour")).toContain("and model.hiddenSize; ");
    await eventually(() => label("seeds")).toMatch(
      /^Mean over seeds: Loss, mean of 2 seeds: 0\.0\d+, from 0\.0\d+ to /,
    );
    await page.locator(".card-seeds select").selectOption("paired");
    const readout = page.locator(".card-seeds .readout-label");
    await eventually(() => readout.innerText()).toContain("band: standard deviation");
    for (const card of ["contour", "seeds", "parameter-0"]) {
      await page.locator(`.card-${card} .tool-formula`).click();
      await eventually(() => page.locator(`.card-${card} .formula math`).count()).toBeGreaterThan(0);
    }
    await page.getByRole("button", { name: "Show Mean over seeds as table" }).click();
    await eventually(() => page.locator(".card-seeds td").nth(5).innerText()).toBe("2");
    await eventually(() => page.locator(".card-seeds td").nth(6).innerText()).toBe("0");
  });
});

describe("a study of Optuna", () => {
  it("has its own numbers and names, and nothing that would change it", async () => {
    const page = await openOther("sweep", "made=300&study", ".grid-row");
    for (const name of ["Run Sweep", "Stop", "Apply Best to File"])
      await eventually(() => page.locator("vscode-button", { hasText: name }).isVisible()).toBe(false);
    await eventually(() => page.locator(".title-facts").innerText()).toContain("minimize validation loss");
    const heads = await page.locator(".sweep-table .grid-head").innerText();
    expect(heads).toContain("validation loss");
    const running = await page.getByRole("region", { name: "Running trials" }).innerText();
    expect(running).toMatch(/301\s+0\.01\s+–\s+8\s+gru\s+4\s+0\.5/);
    await page.locator(".filter-field").fill("run:0");
    await eventually(() => page.locator(".sweep-table .grid-row").first().innerText()).toMatch(/^0\n/);
    await eventually(() => page.locator(".card-best canvas").getAttribute("aria-label")).toMatch(/validation loss: /);
  });
});

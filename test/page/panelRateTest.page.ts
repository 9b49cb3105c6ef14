/** The panel alone in a browser: the learning-rate range test. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { THEMES, type ThemeName } from "../../webview/fake/themes";
import { canvas, eventually, open, pixelsOf, received, see, servePanel } from "./panelPage";
import { seriousViolations, setTheme } from "./violations";

servePanel();

/** With the test run to its end. */
async function openTested(): Promise<Page> {
  const page = await open({ scenario: "lstm" });
  const card = await see(page, "rate-test");
  await card.getByRole("button", { name: "Run Test" }).click();
  await card.getByRole("button", { name: "Run Again" }).waitFor();
  await card.locator(".rate-verdict strong").waitFor();
  return page;
}

describe("the learning-rate range test", () => {
  it("draws loss and smoothed loss over the rate, says what they mean, and reads each update out by key", async () => {
    const page = await openTested();
    const card = await see(page, "rate-test");
    await eventually(() => canvas(page, "rate-test").getAttribute("aria-label")).toMatch(
      /^Loss over the learning rate, from 1e-7 to \S+, after each of \d+ updates\. Suggested learning rate: [\d.]+\. The loss falls fastest at a rate of /,
    );
    expect((await pixelsOf(page, "rate-test")).colors).toBeGreaterThan(20);
    await eventually(() => card.locator(".readout").innerText()).toMatch(/loss\s+smoothed\s+in file\s+0\.02/);
    const cursor = card.locator(".plot-cursor");
    await cursor.press("Home");
    await eventually(() => cursor.getAttribute("aria-valuetext")).toMatch(
      /^learning rate 1e-7: loss [\d.]+, smoothed /,
    );
    await cursor.press("ArrowRight");
    await eventually(() => cursor.getAttribute("aria-valuenow")).toBe("1");
    await eventually(() => card.locator(".readout").innerText()).toMatch(/rate\s+1\.2e-7\s+loss/);
    await cursor.press("Escape");
    await eventually(() => card.locator(".readout").innerText()).toContain("in file");
    await card.getByRole("button", { name: "Show Learning-rate range test as table" }).click();
    const table = card.locator(".table-region");
    await eventually(() => table.locator("thead").innerText()).toMatch(/^Learning rate\s+Loss\s+Smoothed loss\s*$/);
    await eventually(() => table.locator("tbody tr").count()).toBeGreaterThan(50);
  });

  it("writes the suggested rate into the file, after which the test is still there", async () => {
    const page = await openTested();
    const card = await see(page, "rate-test");
    const verdict = card.locator(".rate-verdict");
    const suggested = Number(/: ([\d.e-]+)$/.exec(await verdict.locator("strong").innerText())?.[1]);
    await verdict.getByRole("button", { name: `Apply learning rate ${suggested} to file` }).click();
    await eventually(() => verdict.locator("strong").innerText()).toBe(
      `Suggested learning rate: ${suggested} (in file)`,
    );
    await eventually(() => verdict.getByRole("button").isVisible()).toBe(false);
    expect((await received(page)).filter(({ type }) => type === "editValues")).toEqual([
      {
        type: "editValues",
        edits: [{ path: ["training", "optimizer", "learningRate"], value: suggested }],
        moving: false,
      },
    ]);
  });

  it("starts from the button next to the learning rate in the form", async () => {
    const page = await open({ scenario: "lstm" });
    const form = await see(page, "form");
    await form.getByRole("button", { name: "Run learning-rate range test" }).click();
    await eventually(() => received(page)).toContainEqual({ type: "command", command: "testLearningRates" });
    await (await see(page, "rate-test")).getByRole("button", { name: "Run Again" }).waitFor();
  });

  it("has no serious accessibility violation, in each kind of theme", async () => {
    const page = await openTested();
    for (const [i, theme] of (Object.keys(THEMES) as ThemeName[]).entries()) {
      await setTheme(page, theme);
      expect(await seriousViolations(page, i > 0 ? "colors" : "all"), theme).toEqual([]);
    }
  });

  it("says that nothing can be suggested, shows what a stopped test has, and is not there without a rate", async () => {
    const page = await open({ scenario: "lstm", frozen: true });
    const card = await see(page, "rate-test");
    const post = (change: object, verdict: object = {}): Promise<void> =>
      page.evaluate(
        ([changed, judged]) => {
          const floats = (of: (k: number) => number) => Float64Array.from({ length: 40 }, (_, k) => of(k));
          const test = {
            rates: floats((k) => 1e-7 * 1.2 ** k),
            losses: floats((k) => 1 + 0.1 * Math.sin(k)),
            smoothed: floats(() => 1),
            initialLoss: 1,
            stoppedAt: null,
            largestStable: null,
            fall: 0.01,
            noise: 0.1,
            steepest: null,
            lowest: null,
            suggested: null,
            ...judged,
          };
          const state = { phase: "done", message: null, from: 1e-7, to: 10, updates: 100, inFile: 0.02, test };
          window.fakeHost.post({ type: "rateTest", test: { ...state, ...changed } });
        },
        [change, verdict] as const,
      );
    await post({});
    await eventually(() => card.locator(".explanation-lead").innerText()).toBe("No rate can be suggested.");
    await eventually(() => card.locator(".rate-verdict").isVisible()).toBe(false);
    await post({ phase: "stopped" });
    await eventually(() => card.locator(".saturation").innerText()).toBe("stopped at update 40 of 100");
    await post({ phase: "failed", message: "The thread ran out of memory.", test: null });
    await eventually(() => card.locator(".plot-empty").innerText()).toBe("The thread ran out of memory.");
    const without = await open({ scenario: "done" });
    await eventually(() => without.locator(".card-rate-test").isVisible()).toBe(false);
  });
});

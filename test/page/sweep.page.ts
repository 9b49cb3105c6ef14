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
    const number = Number(await first.locator(".grid-cell").first().textContent());
    await eventually(() => button.getAttribute("title")).toMatch(
      new RegExp(`^Write learningRate .+, seed \\d into the file, from run ${number} with loss `),
    );
    await button.click();
    const sent = (): Promise<SweepPageMessage[]> =>
      page.evaluate(() => (window as unknown as FakeWindow).fakeSweep.received);
    await eventually(sent).toContainEqual({ type: "applyTrial", index: number - 1 });
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

describe("a study of Optuna", () => {
  it("has its own numbers and names, and nothing that would change it", async () => {
    const page = await openOther("sweep", "made=300&study", ".grid-row");
    for (const name of ["Run Sweep", "Stop", "Apply Best to File"])
      expect(await page.locator("vscode-button", { hasText: name }).isVisible()).toBe(false);
    expect(await page.locator(".title-facts").innerText()).toContain("minimize validation loss");
    const heads = await page.locator(".sweep-table .grid-head").innerText();
    expect(heads).toContain("validation loss");
    await page.locator(".filter-field").fill("run:0");
    await eventually(() => page.locator(".sweep-table .grid-row").first().innerText()).toMatch(/^0\n/);
    await eventually(() => page.locator(".card-best canvas").getAttribute("aria-label")).toMatch(/validation loss: /);
  });
});

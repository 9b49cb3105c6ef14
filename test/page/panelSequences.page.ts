/**
 * The panel alone in a browser: sequences that are chosen or typed, predictions, other lengths, samples of text, the
 * cell race.
 */
import { describe, expect, it } from "vitest";
import { canvas, card, eventually, open, pixelsAtRest, pixelsOf, pressAtOnce, see, servePanel } from "./panelPage";

servePanel();

describe("the sequence that is looked into", () => {
  it("is one of the data, held-out ones too, or typed; what is wrong with it is said and shown in it", async () => {
    const page = await open({ scenario: "rnn" });
    const states = await see(page, "states");
    await states.getByLabel("Next sequence").click();
    await eventually(() => states.locator(".card-subtitle").textContent()).toMatch(/^sequence 1 ·/);
    await states.getByLabel("Sequence index").fill("399");
    await states.getByLabel("Sequence index").press("Enter");
    await eventually(() => states.locator(".sequence-of").textContent()).toBe("of 400 · validation");

    await states.getByRole("button", { name: "Enter Sequence" }).click();
    const typed = states.getByLabel("Your sequence", { exact: true });
    await eventually(() => typed.inputValue()).toBe("13 + 7");
    await eventually(() => states.locator(".card-subtitle").textContent()).toMatch(/^your sequence ·/);
    await typed.fill("255 + 1");
    await eventually(() => canvas(page, "states").getAttribute("aria-label")).toMatch(
      /up to time step 9 of your sequence/,
    );
    // Longer than the sequences of training: its last step can be reached all the same.
    await states.locator(".plot-cursor").press("End");
    await eventually(() => states.locator(".readout").innerText()).toMatch(/at t = 9[\s\S]*target\s+1/);
    const shown = await pixelsAtRest(page, "states");
    await typed.fill("255 + 1r");
    await eventually(() => states.locator(".typed-message").textContent()).toBe(
      '255 + 1r — "1r" is not a non-negative integer.',
    );
    await eventually(() => states.locator(".typed-message mark").textContent()).toBe("1r");
    await eventually(() => typed.getAttribute("aria-invalid")).toBe("true");
    expect((await pixelsAtRest(page, "states")) === shown).toBe(true);
    await typed.press("Escape");
    await eventually(() => states.locator(".card-subtitle").textContent()).toMatch(/^sequence 399 ·/);
  });

  it("has lines for the units that are chosen by pointer and by keys", async () => {
    const page = await open({ scenario: "lstm" });
    const states = await see(page, "states");
    const slider = states.locator(".plot-cursor");
    // The map is higher than the lines that a card begins with.
    await eventually(() => states.getAttribute("class")).toMatch(/\bis-map\b/);
    await slider.scrollIntoViewIfNeeded();
    const box = (await slider.boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + 12);
    await eventually(() => states.locator(".unit-chip").allTextContents()).toEqual([expect.stringMatching(/^unit 15/)]);
    await page.keyboard.down("Control");
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.keyboard.up("Control");
    await eventually(() => states.locator(".unit-chip").count()).toBe(2);
    await slider.press("Shift+ArrowDown");
    await slider.press("Space");
    await eventually(() => states.locator(".unit-chip").count()).toBe(3);
    await slider.press("Enter");
    await eventually(() => states.locator(".unit-chip").count()).toBe(1);
    await states.locator(".unit-chip").click();
    await eventually(() => states.locator(".unit-plot").isVisible()).toBe(false);
  });
});

describe("predictions", () => {
  it("draw each kind of target in its own way, and a click looks into the sequence", async () => {
    for (const [scenario, subtitle, axes] of [
      ["lstm", /^20 validation sequences$/, ["target", "prediction"]],
      ["rnn", /^16 of 40 validation sequences$/, ["time step", "sequence"]],
    ] as const) {
      const page = await open({ scenario });
      const predictions = await see(page, "predictions");
      await eventually(() => predictions.locator(".card-subtitle").textContent()).toMatch(subtitle);
      const drawn = await page.evaluate(() => [...(window as unknown as { drawnWords: Set<string> }).drawnWords]);
      expect(drawn).toEqual(expect.arrayContaining([...axes]));
      expect((await pixelsOf(page, "predictions")).colors, scenario).toBeGreaterThan(5);
      const subtitleOf = card(page, "states").locator(".card-subtitle");
      await predictions.locator(".plot-cursor").press("ArrowUp");
      await eventually(() => subtitleOf.textContent()).toMatch(/^sequence 3\d\d ·/);
      const first = Number((await subtitleOf.textContent())!.split(" ")[1]);
      await pressAtOnce(predictions.locator(".plot-cursor"), "ArrowUp", 3);
      await eventually(() => subtitleOf.textContent()).toMatch(new RegExp(`^sequence ${first + 3} ·`));
      await predictions.locator(".card-tools .tool").last().click();
      await eventually(() => predictions.locator("tbody tr").count()).toBeGreaterThan(10);
    }
  });

  it("of a series lie over the rows of the file, with a legend, errors in its unit, and residuals", async () => {
    const page = await open({ scenario: "series" });
    const predictions = await see(page, "predictions");
    await eventually(() => predictions.locator(".card-subtitle").textContent()).toBe("rows 13 to 240");
    await eventually(() => predictions.locator(".explanation").textContent()).toMatch(
      /^Training \(level\): MAE [\d.]+, RMSE [\d.]+; repeating the last value: MAE [\d.]+\. Validation \(level\): MAE/,
    );
    await eventually(() => predictions.locator(".readout").innerText()).toMatch(
      /target[\s\S]*prediction[\s\S]*validation loss/,
    );
    await eventually(() => predictions.locator(".residual-plot").isVisible()).toBe(true);
    const cursor = predictions.locator(".plot-cursor");
    await cursor.press("End");
    await eventually(() => cursor.getAttribute("aria-valuetext")).toMatch(
      /^row 240, validation: target [-\d.]+, prediction [-\d.]+$/,
    );
    await cursor.press("PageDown");
    await eventually(() => cursor.getAttribute("aria-valuenow")).toBe("230");
    await cursor.press("Home");
    await eventually(() => predictions.locator(".readout").innerText()).toMatch(/^row 13, training:/);
    await predictions.getByLabel("Sequences", { exact: true }).selectOption("validation");
    await eventually(() => predictions.locator(".card-subtitle").textContent()).toBe("rows 193 to 240");
    await predictions.locator(".card-tools .tool").last().click();
    await eventually(() => predictions.locator("thead").innerText()).toMatch(/Row\s+Part\s+level: target/);
    await eventually(() => predictions.locator(".residuals").isVisible()).toBe(false);
  });

  it("are counted by class, and measured in the units of a column", async () => {
    const page = await open({ scenario: "rnn" });
    const measures = await see(page, "measures");
    await eventually(() => measures.locator(".measures-note").textContent()).toMatch(
      /^accuracy [\d.]+%, balanced accuracy [\d.]+%, macro F1 [\d.]+%$/,
    );
    await eventually(() => measures.locator(".card-subtitle").textContent()).toMatch(
      /^validation set, iteration [\d,]+$/,
    );
    const rows = await measures.locator(".measures-confusion tbody tr").count();
    expect(rows).toBeGreaterThan(1);
    await eventually(() => measures.locator(".measures-confusion tbody td").count()).toBe(rows * rows);
    await eventually(() => measures.locator(".measures-confusion td.is-right").first().getAttribute("title")).toMatch(
      /^[\d,]+ of [\d,]+ with target \S+ are predicted as \S+ \([\d.]+%\)$/,
    );
    const series = await open({ scenario: "series" });
    const errors = await see(series, "measures");
    await eventually(() => errors.locator(".measures-errors thead").innerText()).toMatch(
      /^Target\s+RMSE\s+MAE\s+sMAPE\s+MASE\s+Lag\s*$/,
    );
    await eventually(() => errors.locator(".measures-errors tbody").innerText()).toMatch(
      /^level\s+[\d.]+\s+[\d.]+\s+[\d.]+%/,
    );
    const numbers = await open({ scenario: "lstm" });
    await see(numbers, "predictions");
    await eventually(() => card(numbers, "measures").isVisible()).toBe(false);
  });

  it("are measured at other lengths when the run has ended, and on demand", async () => {
    const page = await open({ scenario: "done" });
    const lengths = await see(page, "lengths");
    await eventually(() => canvas(page, "lengths").getAttribute("aria-label")).toMatch(
      /^Length generalization of a model trained at length 10: length = 3: .*; length = 60: loss [\d.e-]+, accuracy 100%\.$/,
    );
    await lengths.locator(".plot-cursor").press("ArrowLeft");
    await eventually(() => lengths.locator(".readout").innerText()).toMatch(/length = 60:/);
    const running = await open({ scenario: "paused" });
    await see(running, "lengths");
    await card(running, "lengths").getByRole("button", { name: "Evaluate" }).click();
    await eventually(() => canvas(running, "lengths").getAttribute("aria-label")).toMatch(/length = 60/);
  });

  it("of a text network are also a sample, primed and tempered by the reader", async () => {
    const page = await open({ scenario: "text" });
    const sample = await see(page, "sample");
    await sample.getByLabel("Prompt").fill("wind Q");
    await eventually(() => sample.locator(".typed-message").textContent()).toBe(
      'Skipped because it is not in the training text: "Q"',
    );
    await eventually(() => sample.locator(".sample-text").textContent()).toMatch(/^wind .{200,}/);
    await sample.getByLabel("Temperature").fill("0");
    const text = sample.locator(".sample-text");
    await eventually(() => sample.locator("output").textContent()).toBe("0");
    const before = await text.textContent();
    await sample.getByLabel("Temperature").fill("2");
    await eventually(() => text.textContent()).not.toBe(before);
  });
});

describe("the comparison of cell types", () => {
  it("draws four curves, says what came of each, and writes the chosen cell into the file", async () => {
    const page = await open({ scenario: "done" });
    const race = await see(page, "race");
    await race.getByRole("button", { name: "Compare", exact: true }).click();
    await race.getByRole("button", { name: "Compare Again" }).waitFor();
    const rows = race.locator(".race-results tbody tr");
    await eventually(() => rows.count()).toBe(4);
    await eventually(() => rows.nth(0).innerText()).toMatch(
      /^linear\s+1\s+2\s+1\.801e-6\s+100%\s+> 80\s+\S+ m?s\s+in file$/,
    );
    expect((await pixelsOf(page, "race")).colors).toBeGreaterThan(20);
    await rows.nth(3).getByRole("button", { name: "Apply gru to file" }).click();
    const sent = await page.evaluate(() => window.fakeHost.received.filter(({ type }) => type === "editValues"));
    expect(sent).toEqual([{ type: "editValues", edits: [{ path: ["model", "cell"], value: "gru" }], moving: false }]);
  });
});

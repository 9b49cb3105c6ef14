import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { lintExperiment } from "../../../../src/config/read/lint";
import { tableExperimentText, type TableChoice } from "../../../../src/config/edit/tableExperiment";
import { missingFor, planForTable, targetsIn, usualInputs } from "../../../../src/config/edit/tablePlan";
import { parseExperiment } from "../../../../src/config/read/parse";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { memorySource } from "../../../../src/tables/byteSource";
import { describeTable, type TableOverview } from "../../../../src/tables/describeTable";
import { AUTO_KEYS } from "../../../../src/tables/dialect";
import { experimentOf } from "../support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000 });

const ROOT = join(import.meta.dirname, "../../../..");
const FIXTURES = join(ROOT, "test/fixtures/tables");

function read(path: string): { readonly bytes: Uint8Array; readonly overview: TableOverview } {
  const bytes = readFileSync(path);
  return { bytes, overview: describeTable(memorySource(bytes), AUTO_KEYS, true) };
}

function textFor(overview: TableOverview, choice: Partial<TableChoice> = {}): string {
  const target = choice.target ?? targetsIn(overview)[0]!.name;
  const columns = usualInputs(overview, target);
  return tableExperimentText(overview, { name: "Mine", file: "t.csv", columns, target, formats: new Map(), ...choice });
}

function trainerFor(text: string, bytes: Uint8Array): Trainer {
  return createTrainer(experimentOf(text), {
    files: { data: bytes, weights: null },
    kernel: (spec, capacity) => createWasmNetwork(spec, capacity, { variant: "plain" }),
  });
}

describe("a new experiment on a table", () => {
  test("says about how many rows a table has of which a part was looked at, and plans for those", () => {
    const { overview } = read(join(FIXTURES, "german.csv"));
    expect(textFor(overview)).toContain(`The table has ${overview.rows.toLocaleString("en-US")} rows.`);
    const text = textFor(overview, { estimatedRows: 33_000_000 });
    expect(text).toContain("The table has about 33,000,000 rows.");
    expect(experimentOf(text).model.hiddenSize).toBeGreaterThan(experimentOf(textFor(overview)).model.hiddenSize);
  });

  test("has explicit keys for how the table is written, the columns and what is missing", () => {
    const { overview } = read(join(FIXTURES, "german.csv"));
    const text = textFor(overview, { columns: ["Menge", "Tag"], target: "Preis" });
    expect(experimentOf(text).task).toMatchObject({
      delimiter: ";",
      decimal: ",",
      thousands: ".",
      header: 1,
      missing: null,
      columns: ["Menge", { name: "Tag", kind: "time", format: "DD/MM/YYYY", encoding: "day-of-week" }],
      target: "Preis",
      horizon: 1,
    });
    const marked = read(join(FIXTURES, "missing-marks.csv")).overview;
    expect(experimentOf(textFor(marked)).task).toMatchObject({ missing: { markers: ["NA", "?"], fill: "forward" } });
    expect(textFor(marked)).toContain("Not used:");
  });

  test("a sentinel is read as missing, and a comment asks to check it", () => {
    const { overview } = read(join(FIXTURES, "sentinel.csv"));
    expect(missingFor(overview)).toEqual({ markers: ["-9999"], fill: "forward" });
    expect(textFor(overview)).toMatch(/\/\/ Check that "-9999" stands for a missing value\./);
  });

  test.each(readdirSync(FIXTURES))("%s: is refused, or has nothing against it and trains", (file) => {
    let table;
    try {
      table = read(join(FIXTURES, file));
    } catch (error) {
      expect(String(error)).toMatch(/a quote is not closed/);
      return;
    }
    const { overview, bytes } = table;
    if (overview.problems.some(({ severity }) => severity === "error")) return;
    const text = textFor(overview);
    const { experiment, problems } = parseExperiment(text);
    expect([problems, experiment && lintExperiment(text, experiment)]).toEqual([[], []]);
    const trainer = trainerFor(text, bytes);
    const losses: number[] = [];
    while (losses.length < 200 && trainer.step(null) === "running") losses.push(trainer.metrics.loss);
    const mean = (some: readonly number[]): number => some.reduce((sum, loss) => sum + loss, 0) / some.length;
    expect(mean(losses.slice(-20))).toBeLessThan(mean(losses.slice(0, 20)));
  });

  test("forecasts the river at less than half the loss of the last value, and stops by itself", () => {
    const { overview, bytes } = read(join(ROOT, "examples/river-station.csv"));
    const text = textFor(overview, { target: "river" });
    expect(experimentOf(text)).toMatchObject({
      task: { length: 24, columns: ["temperature", "river"] },
      model: { hiddenSize: 8 },
      training: { stop: { patience: 200 }, validation: { share: 0.2, every: "auto" } },
    });
    const trainer = trainerFor(text, bytes);
    let steps = 0;
    while (trainer.step(null) === "running") steps++;
    expect(steps).toBeLessThan(experimentOf(text).training.iterations);
    expect(trainer.metrics.validationLoss).toBeLessThan(0.63 / 2);
  });

  test("the window is two cycles where the table is long enough, else one, else a share of the rows", () => {
    const target = { period: 12 } as Parameters<typeof planForTable>[1];
    expect(planForTable(480, target)).toMatchObject({ length: 24, period: 12, batchSize: 32, hiddenSize: 8 });
    expect(planForTable(120, target)).toMatchObject({ length: 12, period: 12 });
    expect(planForTable(60, target)).toMatchObject({ length: 8, period: null });
    expect(planForTable(10_000_000, undefined)).toMatchObject({ length: 24, hiddenSize: 32, iterations: 5000 });
    expect(planForTable(6, undefined)).toMatchObject({ length: 1, batchSize: 3 });
  });
});

/** What the contour and the mean over seeds of a sweep are drawn of. */
import { describe, expect, test } from "vitest";
import { combinationsOf } from "../../../webview/sweep/combinations";
import { contourGrid, contourLine, GRID, kernelWidth, LEAST_WEIGHT } from "../../../webview/sweep/contourGrid";
import { pairWithBest, settingsOf } from "../../../webview/sweep/seedGroups";
import { allRows } from "../../../src/shared/wire/trialOrder";
import { resultOf, trialsOf } from "../sweepPlan/support";

describe("a contour", () => {
  /** As random numbers, the same each time. */
  const spread = (count: number, step: number) => Float64Array.from({ length: count }, (_, i) => (i * step + 0.5) % 1);
  const middle = (cell: number): number => (cell + 0.5) / GRID;

  test("is the kernel average of the runs, and blank where they weigh less than a third of one", () => {
    // At the middles of cells, so that the grid is exact.
    const [x, y] = [0.618034, 0.754878].map((step) => spread(40, step).map((u) => middle(Math.floor((u / 2) * GRID))));
    const values = x!.map((u, i) => Math.sin(7 * u) + 2 * y![i]!);
    const { values: grid, width } = contourGrid(x!, y!, values);
    expect(width).toBe(kernelWidth(40));
    let blank = 0;
    for (let cell = 0; cell < GRID * GRID; cell += 7) {
      const [column, line] = [middle(cell % GRID), middle(Math.floor(cell / GRID))];
      const weights = values.map((_, i) =>
        Math.exp(-((x![i]! - column) ** 2 + (y![i]! - line) ** 2) / (2 * width ** 2)),
      );
      const weight = weights.reduce((a, b) => a + b, 0);
      // Beyond four widths a weight is left out.
      if (Math.abs(weight - LEAST_WEIGHT) < 0.01) continue;
      if (weight < LEAST_WEIGHT) expect(grid[cell]).toBeNaN();
      else expect(grid[cell]).toBeCloseTo(values.reduce((sum, value, i) => sum + weights[i]! * value, 0) / weight, 2);
      if (weight < LEAST_WEIGHT) blank++;
    }
    expect(blank).toBeGreaterThan(0);
  });

  test("leaves out runs without a place or a value, and says nothing far from the only run", () => {
    const { values } = contourGrid(
      Float64Array.of(0.5, 0.1, NaN, 1.5),
      Float64Array.of(0.5, 0.1, 0.9, 0.9),
      Float64Array.of(3, Infinity, 1, 1),
    );
    const known = values.filter((value) => !Number.isNaN(value));
    for (const value of known) expect(value).toBeCloseTo(3, 12);
    expect(known.length).toBeGreaterThan(0);
    expect(known.length).toBeLessThan(GRID ** 2 / 4);
  });

  test("has lines where the surface has their level", () => {
    const values = Float64Array.from({ length: GRID * GRID }, (_, cell) => middle(cell % GRID));
    const pieces = contourLine({ values, width: 0.1 }, 0.4);
    expect(pieces.length).toBe(GRID - 1);
    for (const { x } of pieces.flat()) expect(x).toBeCloseTo(0.4, 12);
    values.fill(NaN);
    expect(contourLine({ values, width: 0.1 }, 0.4)).toEqual([]);
  });
});

describe("the runs of a setting", () => {
  const run = (rate: number, seed: number, loss: number) => resultOf({ values: [rate], seed, loss });
  const trials = trialsOf(
    run(0.1, 1, 5),
    run(0.1, 2, 9),
    run(0.2, 1, 4),
    run(0.2, 2, 8),
    run(0.2, 3, 3),
    run(0.3, 1, Infinity),
    run(0.3, 2, 1),
  );
  const losses = trials.column("loss");
  const settings = settingsOf(combinationsOf(trials), allRows(trials), losses, true);

  test("have a mean, a spread and an order; of one run with a value there is none", () => {
    expect(settings.map(({ row, mean, low, high }) => [row, mean, low, high])).toEqual([
      [2, 5, 3, 8],
      [0, 7, 5, 9],
    ]);
    expect(settings[1]!.deviation).toBeCloseTo(Math.sqrt(8), 12);
    expect(settingsOf(combinationsOf(trials), allRows(trials), losses, false)[0]!.row).toBe(0);
  });

  test("are compared with the best setting seed by seed: what a seed does to both is gone", () => {
    const [best, second] = pairWithBest(settings, losses, trials.column("seed"), true);
    expect([best!.mean, best!.deviation, best!.better]).toEqual([0, 0, 0]);
    expect([second!.seeds, second!.mean, second!.deviation, second!.better]).toEqual([2, 1, 0, 0]);
  });
});

import { describe, expect, test } from "vitest";
import { collectSeedBand, quantile, summarizeSeeds } from "../../../../src/shared/wire/seedSummary";
import { curveIterations, type SeedResult } from "../../../../src/shared/wire/seeds";

function seed(curve: readonly number[], fields: Partial<SeedResult> = {}): SeedResult {
  return {
    seed: 1,
    status: "done",
    message: null,
    iterations: curve.length - 1,
    finalLoss: curve.at(-1) ?? NaN,
    accuracy: NaN,
    exactAccuracy: NaN,
    reached: null,
    baseline: null,
    curve: Float64Array.from(curve),
    ...fields,
  };
}
const diverged = (curve: readonly number[], fields: Partial<SeedResult> = {}): SeedResult =>
  seed(curve, { status: "diverged", finalLoss: NaN, ...fields });
const failed = seed([], { status: "failed", message: "No such file.", finalLoss: NaN });

describe("the iterations of the curves", () => {
  test("are all of them in a short run, and 500 from the first to the last in a long one", () => {
    expect([...curveIterations(3)]).toEqual([0, 1, 2, 3]);
    expect([...curveIterations(0)]).toEqual([0]);
    expect(curveIterations(499)).toHaveLength(500);
    const long = curveIterations(1_000_003);
    expect([long.length, long[0], long.at(-1)]).toEqual([500, 0, 1_000_003]);
    expect(new Set(long).size).toBe(500);
    expect(long.every(Number.isInteger)).toBe(true);
  });
});

describe("a quantile", () => {
  // numpy.quantile([1, 2, 4, 8], [0, 0.25, 0.5, 0.75, 1]) of NumPy 2.
  test("is NumPy's", () => {
    expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile([1, 2, 4, 8], share))).toEqual([1, 1.75, 3, 5, 8]);
    expect([0, 0.5, 1].map((share) => quantile([7], share))).toEqual([7, 7, 7]);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("the band of several seeds", () => {
  const iterations = curveIterations(2);

  test("has at each iteration the quantiles over the seeds, in whatever order they ended", () => {
    const curves = [
      [5, 4, 3],
      [1, 1, 1],
      [2, 2, 0],
      [4, 3, 2],
      [3, 0, 4],
    ];
    const band = collectSeedBand({ iterations, results: curves.map((curve) => seed(curve)) });
    expect([...band.iterations]).toEqual([0, 1, 2]);
    expect([...band.low]).toEqual([1, 0, 0]);
    expect([...band.lowerQuartile]).toEqual([2, 1, 1]);
    expect([...band.median]).toEqual([3, 2, 2]);
    expect([...band.upperQuartile]).toEqual([4, 3, 3]);
    expect([...band.high]).toEqual([5, 4, 4]);
    expect([...band.seeds]).toEqual([5, 5, 5]);
    expect(collectSeedBand({ iterations, results: curves.reverse().map((curve) => seed(curve)) })).toEqual(band);
  });

  test("is left by a seed that diverged where that ended, and ends where the last seed does", () => {
    const band = collectSeedBand({ iterations, results: [seed([2, 1]), diverged([9]), failed] });
    expect([...band.seeds]).toEqual([2, 1]);
    expect([...band.iterations]).toEqual([0, 1]);
    expect([...band.median]).toEqual([5.5, 1]);
    expect([...band.high]).toEqual([9, 1]);
  });

  test("is the curve itself of one seed, and empty of none", () => {
    const band = collectSeedBand({ iterations, results: [seed([3, 2, 1])] });
    for (const values of [band.low, band.lowerQuartile, band.median, band.upperQuartile, band.high])
      expect([...values]).toEqual([3, 2, 1]);
    expect(collectSeedBand({ iterations, results: [failed] }).iterations).toHaveLength(0);
  });
});

describe("the outcome of several seeds", () => {
  test("counts those that end below the baseline of their own data; one that diverged is none of them", () => {
    const outcome = summarizeSeeds({
      goal: null,
      results: [
        seed([0.1], { baseline: 0.2 }),
        seed([0.3], { baseline: 0.4 }),
        seed([0.3], { baseline: 0.3 }),
        diverged([0.1], { baseline: 0.2 }),
        failed,
      ],
    });
    expect(outcome).toMatchObject({ trained: 4, diverged: 1, failed: 1, passed: 2, baseline: { low: 0.2, high: 0.4 } });
    expect(outcome.loss).toEqual({ low: 0.1, median: 0.3, high: 0.3 });
    expect(outcome.accuracy).toBeNull();
  });

  test("counts with a goal those that reached it, even if they diverged later, whatever the baselines are", () => {
    const goal = { metric: "exactAccuracy", value: 0.99 } as const;
    const outcome = summarizeSeeds({
      goal,
      results: [
        seed([1], { reached: true, exactAccuracy: 1, accuracy: 1 }),
        seed([1], { reached: false, exactAccuracy: 0.5, accuracy: 0.9 }),
        diverged([1], { reached: true }),
      ],
    });
    expect(outcome).toMatchObject({ trained: 3, passed: 2, baseline: null });
    expect(outcome.exactAccuracy).toEqual({ low: 0.5, median: 0.75, high: 1 });
    expect(outcome.flawless).toBe(1);
  });

  test("is open where there is neither goal nor baseline, or nothing could be trained", () => {
    expect(summarizeSeeds({ goal: null, results: [seed([1])] }).passed).toBeNull();
    const nothing = summarizeSeeds({ goal: null, results: [failed] });
    expect(nothing).toMatchObject({ trained: 0, failed: 1, passed: null });
    expect(nothing.loss.median).toBeNaN();
  });
});

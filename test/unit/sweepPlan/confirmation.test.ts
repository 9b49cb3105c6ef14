import { describe, expect, test } from "vitest";
import type { TrialResult } from "../../../src/shared/wire/sweep";
import { Confirmation, newSeeds, seedsByPhase } from "../../../src/sweepPlan/confirmation";
import { experimentOf } from "../config/support";
import { resultOf } from "./support";

const RATES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

/** A sweep over learning rates with one seed, 7, whose losses are given in the order of the rates. */
function confirmationOf(losses: readonly (number | "diverged")[], goal: object | null = null): Confirmation {
  const experiment = experimentOf(
    JSON.stringify({
      seed: 7,
      sweep: { parameters: { "training.optimizer.learningRate": RATES }, ...(goal === null ? {} : { goal }) },
    }),
  );
  const results = losses.map((loss, index) =>
    resultOf({
      index,
      seed: 7,
      values: [RATES[index]],
      ...(loss === "diverged" ? { status: "diverged", loss: NaN } : { loss }),
    }),
  );
  return new Confirmation({ file: {}, seed: 7, sweep: experiment.sweep! }, results);
}

/** Ends phase after phase. @returns by phase the learning rates and seeds that were trained */
function decide(confirmation: Confirmation, run: (rate: number, seed: number) => Partial<TrialResult>): string[][] {
  const phases: string[][] = [];
  for (let trials = confirmation.next(); trials.length > 0; trials = confirmation.next()) {
    phases.push(trials.map(({ values, seed }) => `${String(values[0])}/${seed}`));
    // They end in an order of their own.
    const results = trials.map((trial) => resultOf({ ...trial, ...run(Number(trial.values[0]), trial.seed) }));
    confirmation.end(results.reverse());
  }
  return phases;
}

describe("how many seeds a combination gets", () => {
  /** By hand for five: log(5) = 1/2 + 1/2 + 1/3 + 1/4 + 1/5 = 1.783, n = 22, and n_k = ceil(17 / 1.783 / (6 - k)). */
  test.each([
    [0, []],
    [1, [5]],
    [2, [5]],
    [3, [4, 5]],
    [4, [3, 4, 5]],
    [5, [2, 3, 4, 5]],
  ])("is that of Successive Rejects for %i combinations", (combinations, seeds) => {
    expect(seedsByPhase(combinations)).toEqual(seeds);
  });

  test("is counted before it is trained", () => {
    expect(confirmationOf([5, 4, 3, 2, 1, 6])).toMatchObject({ combinations: 5, runs: 2 + 3 + 4 + 5 + 5 });
    expect(confirmationOf([5, 4])).toMatchObject({ combinations: 2, runs: 10 });
    expect(confirmationOf([5])).toMatchObject({ combinations: 1, runs: 5 });
    expect(confirmationOf(["diverged"])).toMatchObject({ combinations: 0, runs: 0, verdict: null });
  });

  test("leaves out the seeds of the sweep", () => {
    expect(newSeeds([1, 2, 3])).toEqual([4, 5, 6, 7, 8]);
    expect(newSeeds([9, 3])).toEqual([10, 11, 12, 13, 14]);
    expect(newSeeds([2 ** 32 - 2, 0, 1])).toEqual([2 ** 32 - 1, 2, 3, 4, 5]);
  });
});

describe("the best of a sweep", () => {
  test("is what is left when the worst of each phase has been dropped", () => {
    // In the order of the sweep: 0.5 is the best there, and 0.6 is not among the first five.
    const confirmation = confirmationOf([5, 4, 3, 2, 1, 6]);
    const losses: Record<string, number> = { 0.1: 0.5, 0.2: 0.1, 0.3: 0.4, 0.4: 0.3, 0.5: 2 };
    const phases = decide(confirmation, (rate, seed) => ({ loss: losses[rate]! + 0.01 * (seed - 8) }));
    expect(phases).toEqual([
      ["0.5/8", "0.5/9", "0.4/8", "0.4/9", "0.3/8", "0.3/9", "0.2/8", "0.2/9", "0.1/8", "0.1/9"],
      ["0.4/10", "0.3/10", "0.2/10", "0.1/10"],
      ["0.4/11", "0.3/11", "0.2/11"],
      ["0.4/12", "0.2/12"],
    ]);
    const { contenders, applied, fallenBack, figure } = confirmation.verdict!;
    expect(figure).toBe("loss");
    expect(contenders.map(({ rank, best, runs }) => [rank, best.values[0], runs.length])).toEqual([
      [4, 0.2, 5],
      [2, 0.4, 5],
      [3, 0.3, 4],
      [5, 0.1, 3],
      [1, 0.5, 2],
    ]);
    expect(contenders[0].median).toBeCloseTo(0.12, 12);
    expect(contenders[0].worst).toBeCloseTo(0.14, 12);
    expect(applied).toMatchObject({ seed: 10, values: [0.2] });
    // 1 in the sweep, 2 and 2.01 with new seeds.
    expect(fallenBack?.contender.rank).toBe(1);
    expect(fallenBack?.spread).toBeCloseTo(0.01, 12);
  });

  test("has not fallen back by more than its seeds differ if they differ as much", () => {
    const [lucky, losses] = [1, [1, 2, 3, 1.5, 3]];
    const confirmation = confirmationOf([lucky]);
    decide(confirmation, (_, seed) => ({ loss: losses[seed - 8]! }));
    expect(confirmation.verdict).toMatchObject({ fallenBack: null, contenders: [{ median: 2, worst: 3 }] });
    const other = confirmationOf([-0.5]);
    decide(other, (_, seed) => ({ loss: losses[seed - 8]! }));
    expect(other.verdict!.fallenBack).toMatchObject({ spread: 2 });
  });

  test("loses to one that does not diverge, whatever its other runs are", () => {
    const confirmation = confirmationOf([1, 2]);
    decide(confirmation, (rate, seed) =>
      rate === 0.1 && seed < 11 ? { status: "diverged", loss: NaN } : { loss: rate === 0.1 ? 0 : 9 },
    );
    const { contenders, fallenBack } = confirmation.verdict!;
    expect(contenders.map(({ rank, median, worst }) => [rank, median, worst])).toEqual([
      [2, 9, 9],
      [1, NaN, NaN],
    ]);
    expect(fallenBack).toMatchObject({ contender: { rank: 1 }, spread: 0 });
  });

  test("is the one that reaches the goal first where all have the same accuracy", () => {
    const confirmation = confirmationOf([], { metric: "exactAccuracy", value: 1, stop: true });
    expect(confirmation.figure).toBe("exactAccuracy");
    const sweep = confirmation.job.sweep;
    const results = [0.1, 0.2].map((rate, index) =>
      resultOf({ index, values: [rate], exactAccuracy: 1, reachedAt: 5 }),
    );
    const goal = new Confirmation({ file: {}, seed: 1, sweep }, results);
    decide(goal, (rate, seed) => ({ exactAccuracy: seed === 2 ? 0.5 : 1, reachedAt: rate === 0.1 ? 90 : 80 }));
    const { contenders } = goal.verdict!;
    expect(contenders.map(({ rank, median, worst }) => [rank, median, worst])).toEqual([
      [2, 1, 0.5],
      [1, 1, 0.5],
    ]);
  });
});

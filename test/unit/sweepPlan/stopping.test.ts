import { describe, expect, test } from "vitest";
import type { SweepStopping } from "../../../src/config/schema/schema";
import { RungJudge } from "../../../src/sweepPlan/rungJudge";
import { isRung, judgedValue, TrialStopper, type RungReport } from "../../../src/sweepPlan/stopping";
import { resultOf } from "./support";

const ASHA: SweepStopping = { kind: "asha", minIterations: 10, reductionFactor: 2, diagnosis: false };
const MEDIAN: SweepStopping = { kind: "median", minIterations: 10, interval: 5, minRuns: 3, diagnosis: false };

/** One run after the other reports at an iteration. @returns for each whether it stops */
function report(
  stopper: TrialStopper,
  values: readonly number[],
  { iteration = 10, figure = "loss" }: Partial<RungReport> = {},
) {
  return values.map((value, index) => stopper.judge({ index, iteration, figure, value }) !== null);
}

const rungsTo = (end: number, stopping: SweepStopping): number[] =>
  Array.from({ length: end + 1 }, (_, iteration) => iteration).filter((iteration) => isRung(stopping, iteration));

test("rungs are at the first iteration times powers of the factor; of the median rule at each interval", () => {
  expect(rungsTo(100, ASHA)).toEqual([10, 20, 40, 80]);
  expect(rungsTo(100, { ...ASHA, minIterations: 1, reductionFactor: 4 })).toEqual([1, 4, 16, 64]);
  expect(rungsTo(30, MEDIAN)).toEqual([10, 15, 20, 25, 30]);
  expect(rungsTo(100, { kind: "diagnosis" })).toEqual([]);
});

test("a run is judged by the goal, or else by its lowest validation loss, or its loss", () => {
  const result = resultOf({ loss: 3, bestValidationLoss: 2, accuracy: 0.5 });
  expect(judgedValue(result, null)).toEqual({ figure: "bestValidationLoss", value: 2, sign: 1 });
  expect(judgedValue(resultOf({ loss: 3 }), null)).toEqual({ figure: "loss", value: 3, sign: 1 });
  const goal = { metric: "accuracy", value: 1, stop: false } as const;
  expect(judgedValue(result, goal)).toEqual({ figure: "accuracy", value: 0.5, sign: -1 });
});

describe("successive halving", () => {
  test("lets the best half of the runs so far go on, and the first run always", () => {
    // Best of 1, 1 of 2, 1 of 3, 2 of 4, 2 of 5; the last one ties with the first, which has two better ones.
    expect(report(new TrialStopper(ASHA), [0.5, 0.6, 0.4, 0.45, 0.5])).toEqual([false, true, false, false, true]);
  });

  test("keeps the rungs apart", () => {
    const stopper = new TrialStopper(ASHA);
    report(stopper, [0.5, 0.6]);
    expect(report(stopper, [0.9], { iteration: 20 })).toEqual([false]);
  });

  test("takes large accuracies for good, and what is not finite for worst", () => {
    expect(report(new TrialStopper(ASHA), [0.5, 0.6, 0.4], { figure: "accuracy" })).toEqual([false, false, true]);
    expect(report(new TrialStopper(ASHA), [NaN, 7, Infinity])).toEqual([false, false, true]);
  });

  test("says the rung, the value, and its place", () => {
    const stopper = new TrialStopper(ASHA);
    report(stopper, [0.5, 0.25]);
    expect(stopper.judge({ index: 2, iteration: 10, figure: "loss", value: 0.75 })).toBe(
      "Successive halving: at iteration 10 its loss of 0.75 was not among the best 1 of 3 runs.",
    );
  });

  test("counts a run that was trained again once", () => {
    const stopper = new TrialStopper(ASHA);
    report(stopper, [0.5]);
    expect(stopper.judge({ index: 0, iteration: 10, figure: "loss", value: 0.5 })).toBeNull();
    // One of two: had the first one counted twice, it would be one of three.
    expect(stopper.judge({ index: 1, iteration: 10, figure: "loss", value: 0.6 })).toMatch(/best 1 of 2 runs/);
  });
});

describe("the median rule", () => {
  test("stops what is worse than the median of the others, once there are enough of them", () => {
    // The fourth meets 1, 2 and 3: median 2. The fifth meets 1, 2, 3 and 2.5: median 2.25.
    expect(report(new TrialStopper(MEDIAN), [3, 1, 2, 2.5, 2.25])).toEqual([false, false, false, true, false]);
  });

  test("takes the best value of a run so far, and says all that it was compared by", () => {
    const stopper = new TrialStopper(MEDIAN);
    report(stopper, [1, 2, 3, 1.5]);
    expect(report(stopper, [1, 1, 1], { iteration: 15 })).toEqual([false, false, false]);
    expect(stopper.judge({ index: 3, iteration: 15, figure: "loss", value: 9 })).toBe(
      "Median rule: by iteration 15 its best loss was 1.5, worse than the median of 3 runs, 1.",
    );
    report(stopper, [0.5, 0.6, 0.7], { figure: "accuracy", iteration: 20 });
    expect(stopper.judge({ index: 4, iteration: 20, figure: "accuracy", value: 0.55 })).toMatch(
      /best accuracy was 0\.55, worse than the median of 3 runs, 0\.6\./,
    );
  });
});

test("the diagnosis alone compares nothing", () => {
  expect(report(new TrialStopper({ kind: "diagnosis" }), [1, 2, 3])).toEqual([false, false, false]);
});

test("what was decided at a rung holds for a run that is trained again, whatever others have come to it meanwhile", () => {
  const judge = new RungJudge(ASHA);
  const at = (index: number, value: number) => judge.judge({ index, iteration: 10, figure: "loss", value });
  expect(at(0, 0.5)).toEqual({ stopped: null, isNew: true });
  for (const index of [1, 2, 3]) expect(at(index, 0.1 * index).isNew).toBe(true);
  expect(at(0, 0.5)).toEqual({ stopped: null, isNew: false });
  judge.note({ index: 9, iteration: 10, figure: "loss", value: 0.1, stopped: "Why." });
  expect([at(9, 0.1), judge.reasonOf(9), judge.reasonOf(0)]).toEqual([{ stopped: "Why.", isNew: false }, "Why.", null]);
});
